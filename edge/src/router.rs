//! A table, and nothing else: the rows stand in `fidela_protocol::routes`, each leads to a function here.

use fidela_protocol::routes::{Caller, Found, Id, ROUTES, Route, find};
use fidela_protocol::scopes::AuthorKind;
use fidela_protocol::{Code, Problem};

use crate::answer::Answer;
use crate::audit;
use crate::call::Call;
use crate::failure::Outcome;
use crate::routes::{
    assets, customer_list, customers, endpoints, health, icons, imports, invitation, keys, landing, library,
    me, missions, orders, pictures, plan, platforms, preview, program, public, quotes, redemptions,
    referrals, reports, settings, stores,
};
use crate::routes::{
    mailbox, messages, preview_me, session, setup, team, test_clock, theme, unsubscribe, webhooks,
};

/// What a request leads to. Whoever only wants to know what is there, as networks do before they show a link, gets the
/// head of the same answer: the runtime leaves its body out.
fn found(call: &Call) -> Found<'_> {
    if call.method == "HEAD"
        && let Found::Route(index, params) = find("GET", &call.path)
        && ROUTES.get(index).is_some_and(|route| route.caller == Caller::Anyone)
    {
        return Found::Route(index, params);
    }
    find(&call.method, &call.path)
}

/// The row of a request, if it is one of the API.
pub(crate) fn row(call: &Call) -> Option<&'static Route> {
    match found(call) {
        Found::Route(index, _) => ROUTES.get(index),
        Found::OtherMethods(_) | Found::Nothing => None,
    }
}

/// Answers a request.
pub(crate) async fn answer(call: &Call) -> Outcome<Answer> {
    let (index, params) = match found(call) {
        Found::Route(index, params) => (index, params),
        Found::OtherMethods(methods) => {
            return Err(Problem::new(Code::MethodNotAllowed).with("allow", methods.join(", ")).into());
        }
        Found::Nothing => return assets::get(call).await,
    };
    let route = ROUTES.get(index).ok_or(Code::NotFound)?;
    let answer = dispatch(call, route.id, &params).await?;
    let params: Vec<String> = params.iter().filter_map(|segment| parameter(segment).ok()).collect();
    audit::note(call, route, &params, &answer).await?;
    // What somebody sees in the console is for them alone.
    let is_member = call.author.get().is_some_and(|author| author.kind == AuthorKind::Member);
    Ok(if is_member && !answer.has("cache-control") {
        answer.header("cache-control", "private, no-store")
    } else {
        answer
    })
}

/// Leads to the function of a route. What stands in a placeholder is read by whoever wants it: some read the path
/// themselves, and know better what it is that is not there.
async fn dispatch(call: &Call, route: Id, params: &[&str]) -> Outcome<Answer> {
    let mut params = params.iter().copied().map(parameter);
    let mut param = || params.next().unwrap_or_else(|| Err(Code::NotFound.into()));
    match route {
        Id::CreateStore => stores::create(call).await,
        Id::PublicStore => public::get(call, &param()?).await,
        Id::PreviewProgram => preview::preview(call).await,
        Id::CardSummary => preview::card(call, &param()?).await,
        Id::PutPlan => plan::put(call, &param()?).await,
        Id::GetPlan => plan::get(call).await,
        Id::GetSettings => settings::get(call).await,
        Id::PutSettings => settings::put(call).await,
        Id::GetProgram => program::get(call).await,
        Id::PutProgram => program::put(call).await,
        Id::ProgramVersions => program::versions(call).await,
        Id::ProgramVersionAt => program::version(call, &param()?).await,
        Id::GetDraft => program::draft(call).await,
        Id::PutDraft => program::put_draft(call).await,
        Id::DeleteDraft => program::delete_draft(call).await,
        Id::GetSetup => setup::get(call).await,
        Id::PreviewMe => preview_me::preview(call).await,
        Id::MissionLibrary => library::get(call).await,
        Id::ListIcons => icons::list(call).await,
        Id::PutIcon => icons::put(call, param()?).await,
        Id::DeleteIcon => icons::delete(call, param()?).await,
        Id::StoreIcon => icons::own(call, &param()?, &param()?).await,
        Id::BuiltInIcon => icons::built_in(&param()?),
        Id::ListPictures => pictures::list(call).await,
        Id::GetPicture => pictures::get(call, param()?).await,
        Id::PutPicture => pictures::put(call, param()?).await,
        Id::DeletePicture => pictures::delete(call, param()?).await,
        Id::StorePicture => pictures::own(call, &param()?, &param()?).await,
        Id::GetTheme => theme::get(call).await,
        Id::PutTheme => theme::put(call).await,
        Id::ListPlatforms => platforms::list(call).await,
        Id::PutPlatform => platforms::put(call, param()?).await,
        Id::ListKeys => keys::list(call).await,
        Id::CreateKey => keys::create(call).await,
        Id::RevokeKey => keys::revoke(call, param()?).await,
        Id::ListIdentitySecrets => team::secrets(call).await,
        Id::CreateIdentitySecret => team::create_secret(call).await,
        Id::DeleteIdentitySecret => team::remove_secret(call, param()?).await,
        Id::SignIn => session::sign_in(call).await,
        Id::CreateSession => session::create(call).await,
        Id::GetSession => session::get(call).await,
        Id::DeleteSession => session::delete(call).await,
        Id::ListTeam => team::list(call).await,
        Id::AddMember => team::add(call).await,
        Id::PutMember => team::put(call, param()?).await,
        Id::RemoveMember => team::remove(call, param()?).await,
        Id::Audit => team::audit(call).await,
        Id::ListEndpoints => endpoints::list(call).await,
        Id::CreateEndpoint => endpoints::create(call).await,
        Id::DeleteEndpoint => endpoints::delete(call, param()?).await,
        Id::RotateEndpointSecret => endpoints::rotate_secret(call, param()?).await,
        Id::Deliveries => endpoints::deliveries(call, param()?).await,
        Id::ReplayDelivery => endpoints::replay(call, param()?, param()?).await,
        Id::PutOrder => orders::put(call, param()?).await,
        Id::GetOrder => orders::get(call, param()?).await,
        Id::ListCustomers => customer_list::list(call).await,
        Id::LiabilityReport => reports::liability(call).await,
        Id::ActivityReport => reports::activity_report(call).await,
        Id::MissionsReport => reports::missions(call).await,
        Id::ReferralsReport => reports::referrals(call).await,
        Id::LevelsReport => reports::levels(call).await,
        Id::PutCustomer => customers::put(call, param()?).await,
        Id::GetCustomer => customers::get(call, param()?).await,
        Id::EraseCustomer => customers::erase(call, param()?).await,
        Id::CustomerLedger => customers::ledger(call, param()?).await,
        Id::CustomerOrders => customers::orders(call, param()?).await,
        Id::AdjustCustomer => customers::adjust(call, param()?).await,
        Id::CompleteMission => missions::complete(call, param()?).await,
        Id::CompleteMyMission => missions::claim(call, param()?).await,
        Id::ImportTemplateCsv => imports::template_csv(call).await,
        Id::ImportTemplateXlsx => imports::template_xlsx(call).await,
        Id::ListImports => imports::list(call).await,
        Id::CreateImport => imports::create(call).await,
        Id::GetImport => imports::get(call, &param()?).await,
        Id::DeleteImport => imports::delete(call, &param()?).await,
        Id::StartImport => imports::start(call, &param()?).await,
        Id::RevertImport => imports::revert(call, &param()?).await,
        Id::ImportRows => imports::rows(call, &param()?).await,
        Id::ImportErrors => imports::errors_csv(call, &param()?).await,
        Id::RemoveReward => customers::remove_reward(call, param()?, param()?).await,
        Id::ExportCustomer => customers::export(call, param()?).await,
        Id::Guest => customers::guest(call, param()?).await,
        Id::EraseGuest => customers::erase_guest(call, param()?).await,
        Id::Quote => quotes::quote(call).await,
        Id::CreateRedemption => redemptions::create(call).await,
        Id::GetRedemption => redemptions::get(call, param()?).await,
        Id::ConfirmRedemption => redemptions::confirm(call, param()?).await,
        Id::CommitRedemption => redemptions::commit(call, param()?).await,
        Id::ReleaseRedemption => redemptions::release(call, param()?).await,
        Id::Me => me::page(call).await,
        Id::MyLedger => me::ledger(call).await,
        Id::MyOrders => me::orders(call).await,
        Id::MyOrder => me::order(call, param()?).await,
        Id::MyQuote => me::quote(call).await,
        Id::CreateMyRedemption => me::hold(call).await,
        Id::ReleaseMyRedemption => me::release(call, param()?).await,
        Id::MyInvitations => referrals::mine(call).await,
        Id::InviteFriends => referrals::invite(call).await,
        Id::ListReferrals => referrals::list(call).await,
        Id::GetReferral => referrals::get(call, param()?).await,
        Id::ApproveReferral => referrals::decide(call, param()?, true).await,
        Id::RefuseReferral => referrals::decide(call, param()?, false).await,
        Id::CustomerInvitations => referrals::of_customer(call, param()?).await,
        Id::PlatformWebhook => webhooks::receive(call, &param()?, &param()?).await,
        Id::AdvanceClock => test_clock::advance(call).await,
        Id::Landing => landing::page(call, &param()?).await,
        Id::Invitation => invitation::page(call, &param()?).await,
        Id::InvitationGo => invitation::go(call, &param()?).await,
        Id::PreviewInvitation => invitation::preview(call).await,
        Id::GetMessages => messages::get(call).await,
        Id::PutMessages => messages::put(call).await,
        Id::PreviewMessage => messages::preview(call).await,
        Id::TestMessage => messages::test(call).await,
        Id::UnsubscribePage => unsubscribe::page(call).await,
        Id::Unsubscribe => unsubscribe::set(call).await,
        Id::DeclinePage => unsubscribe::invitations_page(call).await,
        Id::DeclineInvitations => unsubscribe::decline_invitations(call).await,
        Id::Mailbox => mailbox::list(call).await,
        Id::MailboxLetter => mailbox::letter(call, &param()?).await,
        Id::Guide | Id::OpenApi => assets::get(call).await,
        Id::Health => health::health(call),
    }
}

/// What stands in a placeholder: percent-decoded, 1 to 255 printable characters.
fn parameter(segment: &str) -> Outcome<String> {
    let decoded = js_sys::decode_uri_component(segment).map_err(|_| Code::InvalidId)?;
    let decoded = String::from(decoded);
    if fidela_protocol::ids::is_shop_id(&decoded) { Ok(decoded) } else { Err(Code::InvalidId.into()) }
}
