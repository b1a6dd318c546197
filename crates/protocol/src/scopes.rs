//! Who may do what with a store: scopes, the roles that people of a team have, and who it was.

use crate::routes::Id;
use serde::{Deserialize, Serialize};

/// What a key or a person may do with a store. Each route of a merchant needs exactly one of them: [`scope`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// What a shop's server does all day: orders, quotes, redemptions, completions, one customer told and read.
    Orders,
    /// Shoppers: list, history, adjustments, rewards, imports, invitations, export, reports.
    Customers,
    /// Erasing a shopper.
    Erase,
    /// What is earned and used, and what people see of it: program, missions, icons, pictures, theme, letters.
    Program,
    /// Settings, shop platforms, webhook endpoints, plan.
    Settings,
    /// Whatever lets somebody in: keys, secrets, the team.
    Keys,
}

impl Scope {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Orders, Self::Customers, Self::Erase, Self::Program, Self::Settings, Self::Keys];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Customers => "customers",
            Self::Erase => "erase",
            Self::Program => "program",
            Self::Settings => "settings",
            Self::Keys => "keys",
        }
    }
}

/// What a person of a store's team is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May do everything. A store always has one.
    Owner,
    /// May do everything but let somebody in and erase shoppers.
    Staff,
}

impl Role {
    /// What a person of this role may do.
    pub const fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Owner => Scope::ALL,
            Self::Staff => &[Scope::Orders, Scope::Customers, Scope::Program, Scope::Settings],
        }
    }
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Author {
    /// What they are.
    pub kind: AuthorKind,
    /// `mb_…` or `key_…`; `operator` or `system`.
    pub id: String,
    /// What people read.
    pub name: String,
}

/// What somebody is who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuthorKind {
    /// A person of the store's team.
    Member,
    /// A secret key: the shop's server.
    Key,
    /// Who runs the deployment.
    Operator,
    /// Fidela itself.
    System,
}

impl Author {
    /// Whoever an id is of, by its form; the name is to be looked up.
    pub fn of_id(id: &str) -> Self {
        let kind = match id.split('_').next() {
            Some("mb") => AuthorKind::Member,
            Some("key") => AuthorKind::Key,
            Some("operator") => AuthorKind::Operator,
            _ => AuthorKind::System,
        };
        Self { kind, id: id.to_owned(), name: String::new() }
    }

    /// Who runs the deployment.
    pub fn operator() -> Self {
        Self { kind: AuthorKind::Operator, id: "operator".to_owned(), name: "Operator".to_owned() }
    }
}

/// What a merchant's route needs; none for routes of others.
pub const fn scope(route: Id) -> Option<Scope> {
    Some(match route {
        Id::PutOrder
        | Id::GetOrder
        | Id::PutCustomer
        | Id::GetCustomer
        | Id::CompleteMission
        | Id::Quote
        | Id::CreateRedemption
        | Id::GetRedemption
        | Id::ConfirmRedemption
        | Id::CommitRedemption
        | Id::ReleaseRedemption => Scope::Orders,
        Id::ListCustomers
        | Id::LiabilityReport
        | Id::ActivityReport
        | Id::MissionsReport
        | Id::ReferralsReport
        | Id::LevelsReport
        | Id::CustomerLedger
        | Id::CustomerOrders
        | Id::CustomerInvitations
        | Id::AdjustCustomer
        | Id::RemoveReward
        | Id::ExportCustomer
        | Id::Guest
        | Id::ImportTemplateCsv
        | Id::ImportTemplateXlsx
        | Id::ListImports
        | Id::CreateImport
        | Id::GetImport
        | Id::DeleteImport
        | Id::StartImport
        | Id::RevertImport
        | Id::ImportRows
        | Id::ImportErrors
        | Id::ListReferrals
        | Id::GetReferral
        | Id::ApproveReferral
        | Id::RefuseReferral => Scope::Customers,
        Id::EraseCustomer | Id::EraseGuest => Scope::Erase,
        Id::PreviewProgram
        | Id::CardSummary
        | Id::GetProgram
        | Id::PutProgram
        | Id::ProgramVersions
        | Id::ProgramVersionAt
        | Id::GetDraft
        | Id::PutDraft
        | Id::DeleteDraft
        | Id::PreviewMe
        | Id::MissionLibrary
        | Id::ListIcons
        | Id::PutIcon
        | Id::DeleteIcon
        | Id::ListPictures
        | Id::GetPicture
        | Id::PutPicture
        | Id::DeletePicture
        | Id::GetTheme
        | Id::PutTheme
        | Id::GetMessages
        | Id::PutMessages
        | Id::PreviewMessage
        | Id::TestMessage
        | Id::PreviewInvitation => Scope::Program,
        Id::GetPlan
        | Id::GetSettings
        | Id::GetSetup
        | Id::PutSettings
        | Id::ListPlatforms
        | Id::ListEndpoints
        | Id::DeleteEndpoint
        | Id::Deliveries
        | Id::ReplayDelivery
        | Id::Audit => Scope::Settings,
        // An endpoint's secret is shown when it is made.
        Id::ListKeys
        | Id::ListIdentitySecrets
        | Id::CreateIdentitySecret
        | Id::DeleteIdentitySecret
        | Id::ListTeam
        | Id::AddMember
        | Id::PutMember
        | Id::RemoveMember
        | Id::CreateKey
        | Id::RevokeKey
        | Id::PutPlatform
        | Id::CreateEndpoint
        | Id::RotateEndpointSecret => Scope::Keys,
        Id::CreateStore
        | Id::PublicStore
        | Id::SignIn
        | Id::CreateSession
        | Id::GetSession
        | Id::DeleteSession
        | Id::PutPlan
        | Id::Me
        | Id::MyLedger
        | Id::MyOrders
        | Id::MyOrder
        | Id::CompleteMyMission
        | Id::MyQuote
        | Id::CreateMyRedemption
        | Id::ReleaseMyRedemption
        | Id::MyInvitations
        | Id::InviteFriends
        | Id::PlatformWebhook
        | Id::AdvanceClock
        | Id::Landing
        | Id::Invitation
        | Id::InvitationGo
        | Id::StoreIcon
        | Id::StorePicture
        | Id::BuiltInIcon
        | Id::UnsubscribePage
        | Id::Unsubscribe
        | Id::DeclinePage
        | Id::DeclineInvitations
        | Id::Mailbox
        | Id::MailboxLetter
        | Id::Guide
        | Id::OpenApi
        | Id::Health => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::{Caller, ROUTES};

    #[test]
    fn each_route_of_a_merchant_needs_a_scope_and_no_other_does() {
        for route in ROUTES {
            assert_eq!(scope(route.id).is_some(), route.caller == Caller::Merchant, "{}", route.name);
        }
    }

    #[test]
    fn words_are_those_on_the_wire() {
        for scope in Scope::ALL {
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.word());
        }
    }

    #[test]
    fn staff_lets_nobody_in_and_erases_nobody() {
        let lacks = |scope: &&Scope| !Role::Staff.scopes().contains(scope);
        let lacking: Vec<_> = Scope::ALL.iter().filter(lacks).collect();
        assert_eq!(lacking, [&Scope::Erase, &Scope::Keys]);
    }
}
