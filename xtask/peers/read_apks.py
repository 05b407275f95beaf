# Reads every APK of a folder with androguard, in one process: manifest, label, permissions,
# components, certificates as stated. `cargo xtask bench` measures it.
import pathlib
import sys

from loguru import logger

logger.remove()

from androguard.core.apk import APK  # noqa: E402

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.apk")):
    try:
        apk = APK(str(path))
        apk.get_package()
        apk.get_app_name()
        apk.get_permissions()
        for kind in ("activities", "services", "receivers", "providers"):
            getattr(apk, "get_" + kind)()
        apk.get_certificates()
    except Exception:
        pass
