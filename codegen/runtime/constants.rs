//! Alternatives that have but one value: objects of nothing but constants.

use serde::de::value::MapDeserializer;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::json::wrong_type;
use super::object::{Member, Members};
use super::validation::Report;

/// An object of nothing but members that can only have one value.
#[derive(Debug, Clone, Copy)]
pub struct Constants {
    /// The members.
    pub members: &'static [Member],
    /// Whether members of other names are refused.
    pub is_closed: bool,
}

impl Constants {
    /// Finds this object in a value; `None` where the report was told why it isn't.
    pub fn read(self, value: &Value, report: &mut Report) -> Option<()> {
        let Value::Object(given) = value else { return wrong_type("an object", report) };
        let given = given.iter().map(|(name, value)| (name.as_str(), value));
        let access = MapDeserializer::<_, serde_json::Error>::new(given);
        let mut members = Members::new(self.members, access, report);
        let is_whole =
            if self.is_closed { members.read_closed(&mut []) } else { members.read(&mut []) };
        (is_whole && members.finish().is_ok()).then_some(())
    }
}

impl Serialize for Constants {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        let mut map = output.serialize_map(Some(self.members.len()))?;
        for member in self.members {
            map.serialize_entry(member.name(), &member.only())?;
        }
        map.end()
    }
}
