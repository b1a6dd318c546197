//! A store's plan: what the operator lets it use, and how much of it.

use fidela_rules::{Program, named};
use serde::{Deserialize, Serialize};

/// Something that a plan has or has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Stamp cards.
    StampCards,
    /// Missions of the library.
    Missions,
    /// Missions of the merchant's own.
    CustomMissions,
    /// Completions and balances by spreadsheet.
    Imports,
    /// Invitations.
    Referrals,
}

impl Feature {
    /// All of them: what a store without a plan has.
    pub const ALL: [Self; 5] =
        [Self::StampCards, Self::Missions, Self::CustomMissions, Self::Imports, Self::Referrals];

    /// As it goes over the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::StampCards => "stamp_cards",
            Self::Missions => "missions",
            Self::CustomMissions => "custom_missions",
            Self::Imports => "imports",
            Self::Referrals => "referrals",
        }
    }
}

/// How much of something; `null` and absent: without a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Quotas {
    /// Custom missions in the program.
    #[serde(default)]
    pub custom_missions: Option<u32>,
    /// Stamp cards in the program.
    #[serde(default)]
    pub stamp_cards: Option<u32>,
    /// Grants of points that no order earns (by hand, by mission, by import), in a month of the store's calendar.
    #[serde(default)]
    pub grants_per_month: Option<u32>,
}

/// Bought beside the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AddOn {
    /// What people read.
    pub name: String,
    /// Features that come with it.
    #[serde(default)]
    pub features: Vec<Feature>,
    /// More of what the plan has; absent adds nothing.
    #[serde(default, deserialize_with = "named::object")]
    pub quotas: Quotas,
}

/// `PUT /v1/stores/{store}/plan`, by the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// What people read.
    pub name: String,
    /// What it has.
    #[serde(default)]
    pub features: Vec<Feature>,
    /// How much of it.
    #[serde(default, deserialize_with = "named::object")]
    pub quotas: Quotas,
    /// What was bought beside it.
    #[serde(default, deserialize_with = "named::list")]
    pub add_ons: Vec<AddOn>,
}

/// What a store may use: its plan and all add-ons together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Allowance {
    /// Features.
    pub features: Vec<Feature>,
    /// Quotas.
    pub quotas: Quotas,
}

/// `GET /v1/plan`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlanState {
    /// The plan; none: everything, without limits.
    pub plan: Option<Plan>,
    /// What it comes to with its add-ons.
    pub allowed: Allowance,
    /// How much is used.
    pub used: Used,
}

/// How much of each quota is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Used {
    /// Custom missions in the program.
    pub custom_missions: u32,
    /// Stamp cards in the program.
    pub stamp_cards: u32,
    /// Grants in this month.
    pub grants_this_month: u32,
}

/// A plan that does not allow what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exceeded {
    /// Of what.
    pub what: &'static str,
    /// At most so many.
    pub limit: u32,
    /// That many were asked for.
    pub actual: u32,
}

impl Plan {
    /// What it comes to with its add-ons.
    pub fn allowance(&self) -> Allowance {
        let mut features = self.features.clone();
        features.extend(self.add_ons.iter().flat_map(|one| one.features.iter().copied()));
        features.sort_unstable();
        features.dedup();
        let total = |of: fn(&Quotas) -> Option<u32>| {
            let more = self.add_ons.iter().filter_map(|one| of(&one.quotas));
            of(&self.quotas).map(|own| more.fold(own, u32::saturating_add))
        };
        let quotas = Quotas {
            custom_missions: total(|quotas| quotas.custom_missions),
            stamp_cards: total(|quotas| quotas.stamp_cards),
            grants_per_month: total(|quotas| quotas.grants_per_month),
        };
        Allowance { features, quotas }
    }
}

impl Allowance {
    /// Of a store, with a plan or without.
    pub fn of(plan: Option<&Plan>) -> Self {
        let all = || Self { features: Feature::ALL.to_vec(), quotas: Quotas::default() };
        plan.map_or_else(all, Plan::allowance)
    }

    /// How many of something, by its feature and its quota; no limit is `None`.
    fn limit(&self, feature: Feature, quota: Option<u32>) -> Option<u32> {
        if self.features.contains(&feature) { quota } else { Some(0) }
    }

    /// Whether a program may take the place of another: what is there already keeps working, and what is added has
    /// to be allowed. Answers the first that is not.
    pub fn check(&self, old: Option<&Program>, new: &Program) -> Result<(), Exceeded> {
        let old = old.map(counts).unwrap_or_default();
        let limits = [
            self.limit(Feature::StampCards, self.quotas.stamp_cards),
            self.limit(Feature::Missions, None),
            self.limit(Feature::CustomMissions, self.quotas.custom_missions),
            self.limit(Feature::Referrals, None),
        ];
        for ((limit, (what, actual)), (_, before)) in limits.into_iter().zip(counts(new)).zip(old) {
            if let Some(limit) = limit.filter(|limit| actual > (*limit).max(before)) {
                return Err(Exceeded { what, limit, actual });
            }
        }
        Ok(())
    }
}

/// What of a program is counted, in the order of [`Allowance::check`].
fn counts(program: &Program) -> [(&'static str, u32); 4] {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let (custom, library): (Vec<_>, Vec<_>) =
        program.missions.iter().partition(|mission| mission.kind == "custom");
    [
        ("stamp_cards", number(program.stamp_cards.len())),
        ("missions", number(library.len())),
        ("custom_missions", number(custom.len())),
        ("referrals", u32::from(program.referrals.enabled)),
    ]
}

impl Used {
    /// What a program uses; grants are counted elsewhere.
    pub fn by(program: &Program, grants_this_month: u32) -> Self {
        let [(_, stamp_cards), _, (_, custom_missions), _] = counts(program);
        Self { custom_missions, stamp_cards, grants_this_month }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn add_ons_add_to_a_limit_and_never_make_one() {
        let add_on = AddOn {
            name: "More".to_owned(),
            features: vec![Feature::Imports],
            quotas: Quotas { grants_per_month: Some(50), stamp_cards: Some(1), custom_missions: None },
        };
        let plan = Plan {
            name: "Growth".to_owned(),
            features: vec![Feature::Referrals],
            quotas: Quotas { grants_per_month: Some(100), stamp_cards: None, custom_missions: Some(2) },
            add_ons: vec![add_on.clone(), add_on],
        };
        let allowed = plan.allowance();
        assert_eq!(allowed.features, [Feature::Imports, Feature::Referrals]);
        let Quotas { custom_missions, stamp_cards, grants_per_month } = allowed.quotas;
        assert_eq!((custom_missions, stamp_cards, grants_per_month), (Some(2), None, Some(200)));
    }
}
