//! Missions in words: what to do, what it gives, how far one is.

use fidela_protocol::missions::{MissionNow, MissionState};
use fidela_protocol::shopper::{HistoryItem, Me};
use fidela_rules::program::{Mission, MissionPoints, Program, ShowIn};
use fidela_ui::Sentence;
use fidela_ui::sentences::{Arg, iso};
use jiff::civil::Date;

use super::text;
use crate::config::StoreConfig;
use crate::objects::shard::mission_now;
use crate::speech::Speaker;
use crate::{icons, library};

/// Missions that are shown somewhere to strangers.
pub(crate) fn shown(
    speaker: &Speaker,
    store: &StoreConfig,
    program: &Program,
    place: ShowIn,
    today: Date,
) -> Vec<MissionNow> {
    let shown = program.missions.iter().filter(|mission| program.enabled && mission.show_in.contains(&place));
    let now = shown.filter_map(|mission| mission_now(mission, 0, today));
    now.map(|mut now| {
        tell(speaker, store, program, &mut now);
        now
    })
    .collect()
}

/// A shopper's missions, and what has arrived.
pub(super) fn page(speaker: &Speaker, store: &StoreConfig, program: &Program, me: &mut Me) {
    for mission in &mut me.missions {
        tell(speaker, store, program, mission);
    }
    for toast in &mut me.toasts {
        let name = name_of(speaker, program, &toast.mission);
        let sentence = Sentence::new("toast.mission").points(toast.points).with("name", Arg::Words(name));
        toast.title = speaker.say(&sentence);
    }
}

fn tell(speaker: &Speaker, store: &StoreConfig, program: &Program, now: &mut MissionNow) {
    let Some(mission) = program.mission(&now.id) else { return };
    now.title = name(speaker, mission);
    now.text = text(speaker, mission.description.as_ref())
        .unwrap_or_else(|| library::description(&mission.kind, speaker.tag()).to_owned());
    now.icon = icons::address(store, mission.icon.as_deref(), &mission.kind);
    now.gives = speaker.say(&match mission.points {
        MissionPoints::Fixed { points } => Sentence::new("mission.gives").points(points),
        MissionPoints::PerAmount { every, points } => {
            Sentence::new("mission.gives_per_amount").points(points).money(every)
        }
    });
    let number = |number: i64| Arg::Words(number.to_string());
    let mut details = Vec::new();
    match (now.done, now.limit) {
        (0, _) | (1, Some(1)) => {}
        (done, None) => details.push(Sentence::new("mission.done_times").with("n", number(done))),
        (done, Some(limit)) => {
            details.push(Sentence::new("mission.done_of").with("n", number(done)).with("of", number(limit)));
        }
    }
    let day = |key, day: Date| Sentence::new(key).with("date", Arg::Day(iso(day)));
    if let (MissionState::Soon, Some(from)) = (now.state, now.from) {
        details.push(day("mission.from", from));
    }
    if let (MissionState::Open | MissionState::Soon, Some(until)) = (now.state, now.until) {
        details.push(day("mission.until", until));
    }
    now.details = details.iter().map(|one| speaker.say(one)).collect();
}

fn name(speaker: &Speaker, mission: &Mission) -> String {
    text(speaker, mission.name.as_ref())
        .unwrap_or_else(|| library::name(&mission.kind, speaker.tag()).to_owned())
}

/// What people read of a mission; its id where it is not there any more.
pub(crate) fn name_of(speaker: &Speaker, program: &Program, id: &str) -> String {
    program.mission(id).map_or_else(|| id.to_owned(), |mission| name(speaker, mission))
}

/// A line of history that is about a mission.
pub(super) fn history(speaker: &Speaker, program: &Program, item: &HistoryItem) -> Option<String> {
    let key = match item.kind.as_str() {
        "earned" => "history.earned.mission",
        "clawed_back" => "history.clawed_back.mission",
        "reinstated" => "history.reinstated.mission",
        _ => return None,
    };
    let name = name_of(speaker, program, item.mission.as_deref()?);
    Some(speaker.say(&Sentence::new(key).with("name", Arg::Words(name))))
}
