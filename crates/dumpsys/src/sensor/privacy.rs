//! The service `sensor_privacy`: whether microphone and camera are switched off for all apps.
//!
//! Sources, through `DualDumpOutputStream` (a value stands behind `=`): AOSP's mirror of
//! `services/core/java/com/android/server/sensorprivacy/PersistedState.java` (`dump`, Android 13 and
//! later), and a public copy of `services/core/java/com/android/server/SensorPrivacyService.java` of
//! Android 12 (`individual_enabled_sensor`, `is_enabled`). The numbers are those of
//! `SensorPrivacyManager` and its proto, from memory. `last_change` is `SystemClock.elapsedRealtime`:
//! time since a start of the phone, which need not be the last one.

use crate::{Line, Place, Reader, Tell, Unread};

/// A switch that keeps a sensor from all apps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SensorSwitch<'a> {
    /// What it is for: `microphone`, `camera`, `all sensors`, or the sensor's number as written.
    pub sensor: &'a str,
    /// Whether it is a switch of the housing.
    pub hardware: bool,
    /// `blocked`, `not blocked`, or the state's number as written.
    pub state: &'a str,
    /// Android user, where stated.
    pub user: Option<u32>,
    /// Milliseconds between a start of the phone and the last change.
    pub changed: Option<u64>,
}

/// Reads the lines of the service.
#[derive(Debug, Default)]
pub struct SensorPrivacyReader {
    user: Option<u32>,
    sensor: Option<String>,
    hardware: bool,
    /// A state, until its last change is read.
    state: Option<(String, Place)>,
    unread: Unread,
}

impl Reader for SensorPrivacyReader {
    type Event<'e> = SensorSwitch<'e>;

    fn line(&mut self, line: &Line<'_>, tell: &mut Tell<'_, Self>) {
        if !line.bytes.contains(&b'=') {
            // The end of what was begun.
            if line.bytes.trim_ascii() == b"}" {
                self.finish(tell);
            }
            return;
        }
        let text = line.text();
        let Some((key, value)) = text.trim().split_once('=') else { return };
        match key {
            "user_id" => {
                self.user = self.number(value, line.place);
                self.sensor = None;
                self.hardware = false;
            }
            "sensor" => {
                self.hardware = false;
                self.sensor = self.number::<u32>(value, line.place).map(|sensor| match sensor {
                    1 => "microphone".into(),
                    2 => "camera".into(),
                    other => other.to_string(),
                });
            }
            "toggle_type" => self.hardware = value == "2",
            "state_type" | "is_enabled" => {
                self.finish(tell);
                let state = match value {
                    "1" | "true" => "blocked",
                    "2" | "false" => "not blocked",
                    other => other,
                };
                self.state = Some((state.to_owned(), line.place));
                if key == "is_enabled" {
                    self.finish(tell);
                }
            }
            "last_change" => {
                let changed = self.number(value, line.place);
                self.tell(changed, Some(line.place), tell);
            }
            _ => {}
        }
    }

    fn finish(&mut self, tell: &mut Tell<'_, Self>) {
        self.tell(None, None, tell);
    }

    fn unread(&self) -> Unread {
        self.unread
    }
}

impl SensorPrivacyReader {
    fn number<N: std::str::FromStr>(&mut self, value: &str, place: Place) -> Option<N> {
        let number = value.parse().ok();
        if number.is_none() {
            self.unread.add(place);
        }
        number
    }

    fn tell(&mut self, changed: Option<u64>, last: Option<Place>, tell: &mut Tell<'_, Self>) {
        let Some((state, place)) = self.state.take() else { return };
        let switch = SensorSwitch {
            sensor: self.sensor.as_deref().unwrap_or("all sensors"),
            hardware: self.hardware,
            state: &state,
            user: self.user,
            changed,
        };
        tell(&switch, last.map_or(place, |last| place.through(last)));
    }
}
