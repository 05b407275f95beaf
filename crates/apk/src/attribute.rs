//! Android's attributes that are read, by resource id (AOSP `public-final.xml`).

macro_rules! attributes {
    ($( $name:ident = $id:literal $text:literal )*) => {
        $( pub(crate) const $name: u32 = $id; )*

        /// The id of an attribute of this name.
        pub(crate) fn id_of(name: &str) -> Option<u32> {
            match name { $( $text => Some($id), )* _ => None }
        }

        /// The name of an attribute with this id.
        pub(crate) fn name_of(id: u32) -> Option<&'static str> {
            match id { $( $id => Some($text), )* _ => None }
        }
    };
}

attributes! {
    LABEL = 0x0101_0001 "label"
    ICON = 0x0101_0002 "icon"
    NAME = 0x0101_0003 "name"
    PERMISSION = 0x0101_0006 "permission"
    READ_PERMISSION = 0x0101_0007 "readPermission"
    WRITE_PERMISSION = 0x0101_0008 "writePermission"
    PROTECTION_LEVEL = 0x0101_0009 "protectionLevel"
    PERMISSION_GROUP = 0x0101_000a "permissionGroup"
    SHARED_USER_ID = 0x0101_000b "sharedUserId"
    HAS_CODE = 0x0101_000c "hasCode"
    PERSISTENT = 0x0101_000d "persistent"
    ENABLED = 0x0101_000e "enabled"
    DEBUGGABLE = 0x0101_000f "debuggable"
    EXPORTED = 0x0101_0010 "exported"
    PROCESS = 0x0101_0011 "process"
    AUTHORITIES = 0x0101_0018 "authorities"
    PRIORITY = 0x0101_001c "priority"
    TARGET_PACKAGE = 0x0101_0021 "targetPackage"
    VALUE = 0x0101_0024 "value"
    RESOURCE = 0x0101_0025 "resource"
    MIME_TYPE = 0x0101_0026 "mimeType"
    SCHEME = 0x0101_0027 "scheme"
    HOST = 0x0101_0028 "host"
    PORT = 0x0101_0029 "port"
    PATH = 0x0101_002a "path"
    PATH_PREFIX = 0x0101_002b "pathPrefix"
    PATH_PATTERN = 0x0101_002c "pathPattern"
    TARGET_ACTIVITY = 0x0101_0202 "targetActivity"
    MIN_SDK_VERSION = 0x0101_020c "minSdkVersion"
    VERSION_CODE = 0x0101_021b "versionCode"
    VERSION_NAME = 0x0101_021c "versionName"
    TARGET_SDK_VERSION = 0x0101_0270 "targetSdkVersion"
    MAX_SDK_VERSION = 0x0101_0271 "maxSdkVersion"
    TEST_ONLY = 0x0101_0272 "testOnly"
    BACKUP_AGENT = 0x0101_027f "backupAgent"
    ALLOW_BACKUP = 0x0101_0280 "allowBackup"
    GL_ES_VERSION = 0x0101_0281 "glEsVersion"
    REQUIRED = 0x0101_028e "required"
    TARGET_NAME = 0x0101_044d "targetName"
    EXTRACT_NATIVE_LIBS = 0x0101_04ea "extractNativeLibs"
    FULL_BACKUP_CONTENT = 0x0101_04eb "fullBackupContent"
    USES_CLEARTEXT_TRAFFIC = 0x0101_04ec "usesCleartextTraffic"
    NETWORK_SECURITY_CONFIG = 0x0101_0527 "networkSecurityConfig"
    ROUND_ICON = 0x0101_052c "roundIcon"
    IS_STATIC = 0x0101_055a "isStatic"
    IS_FEATURE_SPLIT = 0x0101_055b "isFeatureSplit"
    VERSION_CODE_MAJOR = 0x0101_0576 "versionCodeMajor"
    APP_COMPONENT_FACTORY = 0x0101_057a "appComponentFactory"
    IS_SPLIT_REQUIRED = 0x0101_0591 "isSplitRequired"
    FOREGROUND_SERVICE_TYPE = 0x0101_0599 "foregroundServiceType"
    REQUEST_LEGACY_EXTERNAL_STORAGE = 0x0101_0603 "requestLegacyExternalStorage"
    PATH_SUFFIX = 0x0101_061e "pathSuffix"
    PATH_ADVANCED_PATTERN = 0x0101_0620 "pathAdvancedPattern"
    DATA_EXTRACTION_RULES = 0x0101_063e "dataExtractionRules"
    REQUIRED_SPLIT_TYPES = 0x0101_064e "requiredSplitTypes"
    SPLIT_TYPES = 0x0101_064f "splitTypes"
    SRC = 0x0101_0119 "src"
    DRAWABLE = 0x0101_0199 "drawable"
    START_COLOR = 0x0101_019d "startColor"
    COLOR = 0x0101_01a5 "color"
    PIVOT_X = 0x0101_01b5 "pivotX"
    PIVOT_Y = 0x0101_01b6 "pivotY"
    SCALE_X = 0x0101_0324 "scaleX"
    SCALE_Y = 0x0101_0325 "scaleY"
    ROTATION = 0x0101_0326 "rotation"
    VIEWPORT_WIDTH = 0x0101_0402 "viewportWidth"
    VIEWPORT_HEIGHT = 0x0101_0403 "viewportHeight"
    FILL_COLOR = 0x0101_0404 "fillColor"
    PATH_DATA = 0x0101_0405 "pathData"
    STROKE_COLOR = 0x0101_0406 "strokeColor"
    STROKE_WIDTH = 0x0101_0407 "strokeWidth"
    TRANSLATE_X = 0x0101_045a "translateX"
    TRANSLATE_Y = 0x0101_045b "translateY"
    STROKE_ALPHA = 0x0101_04cb "strokeAlpha"
    FILL_ALPHA = 0x0101_04cc "fillAlpha"
    FILL_TYPE = 0x0101_051e "fillType"
}
