//! Services with which an app can watch or act for the person: Android binds to them only where
//! permission and action are both right, so that only then they are told.

use crate::component::{Component, ComponentKind};

/// What Android binds a component as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpecialService {
    /// Reads and operates the screen.
    Accessibility,
    /// Reads all notifications.
    NotificationListener,
    /// Ranks and changes all notifications.
    NotificationAssistant,
    /// Administers the device.
    DeviceAdmin,
    /// Sees all traffic.
    Vpn,
    /// A keyboard.
    InputMethod,
    /// Checks what is typed.
    SpellChecker,
    /// Fills in forms, passwords among them.
    Autofill,
    /// Keeps credentials.
    CredentialProvider,
    /// Redirects outgoing calls.
    CallRedirection,
    /// Sees incoming calls, and may refuse them.
    CallScreening,
    /// Shows and controls calls.
    InCall,
    /// Places calls of its own.
    ConnectionService,
    /// Answers to the voice, and sees the screen when asked.
    VoiceInteraction,
    /// Receives text messages as the app for them.
    SmsDelivery,
    /// Receives multimedia messages as the app for them.
    MmsDelivery,
    /// Is kept alive for a companion device.
    CompanionDevice,
    /// Acts as a card of its own.
    HostCardEmulation,
    /// Reads what apps show, for the system.
    ContentCapture,
    /// Reads visual voicemail.
    VisualVoicemail,
}

use ComponentKind::{Receiver, Service};
use SpecialService as S;

/// Each with its kind, the permission that must guard it, and an action of its filters (AOSP: the
/// `SERVICE_INTERFACE`, `BIND_…` and `BROADCAST_…` constants of the classes).
#[rustfmt::skip]
const ALL: &[(SpecialService, ComponentKind, &str, &str)] = &[
    (S::Accessibility, Service, "BIND_ACCESSIBILITY_SERVICE", "android.accessibilityservice.AccessibilityService"),
    (S::NotificationListener, Service, "BIND_NOTIFICATION_LISTENER_SERVICE", "android.service.notification.NotificationListenerService"),
    (S::NotificationAssistant, Service, "BIND_NOTIFICATION_ASSISTANT_SERVICE", "android.service.notification.NotificationAssistantService"),
    (S::DeviceAdmin, Receiver, "BIND_DEVICE_ADMIN", "android.app.action.DEVICE_ADMIN_ENABLED"),
    (S::Vpn, Service, "BIND_VPN_SERVICE", "android.net.VpnService"),
    (S::InputMethod, Service, "BIND_INPUT_METHOD", "android.view.InputMethod"),
    (S::SpellChecker, Service, "BIND_TEXT_SERVICE", "android.service.textservice.SpellCheckerService"),
    (S::Autofill, Service, "BIND_AUTOFILL_SERVICE", "android.service.autofill.AutofillService"),
    (S::Autofill, Service, "BIND_AUTOFILL", "android.service.autofill.AutofillService"),
    (S::CredentialProvider, Service, "BIND_CREDENTIAL_PROVIDER_SERVICE", "android.service.credentials.CredentialProviderService"),
    (S::CallRedirection, Service, "BIND_CALL_REDIRECTION_SERVICE", "android.telecom.CallRedirectionService"),
    (S::CallScreening, Service, "BIND_SCREENING_SERVICE", "android.telecom.CallScreeningService"),
    (S::InCall, Service, "BIND_INCALL_SERVICE", "android.telecom.InCallService"),
    (S::ConnectionService, Service, "BIND_TELECOM_CONNECTION_SERVICE", "android.telecom.ConnectionService"),
    (S::VoiceInteraction, Service, "BIND_VOICE_INTERACTION", "android.service.voice.VoiceInteractionService"),
    (S::SmsDelivery, Receiver, "BROADCAST_SMS", "android.provider.Telephony.SMS_DELIVER"),
    (S::MmsDelivery, Receiver, "BROADCAST_WAP_PUSH", "android.provider.Telephony.WAP_PUSH_DELIVER"),
    (S::CompanionDevice, Service, "BIND_COMPANION_DEVICE_SERVICE", "android.companion.CompanionDeviceService"),
    (S::HostCardEmulation, Service, "BIND_NFC_SERVICE", "android.nfc.cardemulation.action.HOST_APDU_SERVICE"),
    (S::ContentCapture, Service, "BIND_CONTENT_CAPTURE_SERVICE", "android.service.contentcapture.ContentCaptureService"),
    (S::VisualVoicemail, Service, "BIND_VISUAL_VOICEMAIL_SERVICE", "android.telephony.VisualVoicemailService"),
];

impl SpecialService {
    /// The name in snake_case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            S::Accessibility => "accessibility",
            S::NotificationListener => "notification_listener",
            S::NotificationAssistant => "notification_assistant",
            S::DeviceAdmin => "device_admin",
            S::Vpn => "vpn",
            S::InputMethod => "input_method",
            S::SpellChecker => "spell_checker",
            S::Autofill => "autofill",
            S::CredentialProvider => "credential_provider",
            S::CallRedirection => "call_redirection",
            S::CallScreening => "call_screening",
            S::InCall => "in_call",
            S::ConnectionService => "connection_service",
            S::VoiceInteraction => "voice_interaction",
            S::SmsDelivery => "sms_delivery",
            S::MmsDelivery => "mms_delivery",
            S::CompanionDevice => "companion_device",
            S::HostCardEmulation => "host_card_emulation",
            S::ContentCapture => "content_capture",
            S::VisualVoicemail => "visual_voicemail",
        }
    }

    pub(crate) fn of(component: &Component) -> Option<Self> {
        let permission = component.permission.as_deref()?.strip_prefix("android.permission.")?;
        let found = ALL.iter().find(|(_, kind, guard, action)| {
            let mut actions = component.filters.iter().flat_map(|filter| &filter.actions);
            *kind == component.kind && *guard == permission && actions.any(|one| one == action)
        });
        found.map(|(service, ..)| *service)
    }
}
