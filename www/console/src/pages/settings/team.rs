//! Who may sign in, and what they may do.

use fidela_protocol::scopes::Role;
use fidela_protocol::team::{AddMember, Member, PutMember};
use leptos::prelude::*;

use super::{fault_of, listed, tell};
use crate::api::{self, Failure, Page};
use crate::texts::{day_of, t, tf};
use crate::ui::{
    Badge, Button, Confirm, Dialog, Empty, Icon, Kind, Load, Select, TextField, Tone, load, toast,
};
use crate::{pages, session};

fn roles() -> Vec<(String, String)> {
    ["owner", "staff"].map(|role| (role.to_owned(), t(&format!("settings.role.{role}")))).to_vec()
}

fn word(role: Role) -> &'static str {
    if role == Role::Owner { "owner" } else { "staff" }
}

fn role(word: &str) -> Role {
    if word == "owner" { Role::Owner } else { Role::Staff }
}

/// The page.
#[component]
pub(super) fn Team() -> impl IntoView {
    let loaded = load(|| api::get::<Page<Member>>("/v1/team"));
    let adding = RwSignal::new(false);
    let editing = RwSignal::new(None::<Member>);
    let removing = RwSignal::new(None::<Member>);
    let add = ViewFn::from(move || {
        view! { <Button kind=Kind::Primary picture=Icon::Plus on_press=move |()| adding.set(true)>{t("settings.team.add")}</Button> }
    });
    let list = loaded.view(move |page| table(page.items, editing, removing));
    view! {
        {listed(t("settings.tab.team"), t("settings.team.help"), Some(add), list)}
        <Everywhere />
        <Add open=adding loaded=loaded />
        <Edit who=editing loaded=loaded />
        <Remove who=removing loaded=loaded />
    }
}

fn table(
    people: Vec<Member>,
    editing: RwSignal<Option<Member>>,
    removing: RwSignal<Option<Member>>,
) -> AnyView {
    if people.is_empty() {
        return view! { <Empty title=t("settings.team.nobody") text=t("settings.team.nobody_text") /> }
            .into_any();
    }
    let own = session::current().map(|session| session.member.id).unwrap_or_default();
    let rows = people.into_iter().map(|member| {
        let (edit, remove, is_own) = (member.clone(), member.clone(), member.id == own);
        let seen = member.signed_in_at.map_or_else(|| t("settings.team.never"), |at| day_of(&at.to_string()));
        let tone = if member.role == Role::Owner { Tone::Info } else { Tone::Plain };
        view! {
            <tr>
                <td><strong>{member.name.clone()}</strong>{is_own.then(|| view! { " " <Badge tone=Tone::Good>{t("settings.team.you")}</Badge> })}<br /><span class="soft">{member.email}</span></td>
                <td data-label=t("settings.team.role")><Badge tone=tone>{t(&format!("shell.role.{}", word(member.role)))}</Badge></td>
                <td data-label=t("settings.team.seen")>{seen}</td>
                <td>
                    <div class="buttons end">
                        <Button label=tf("settings.team.edit_one", &[("name", &member.name)]) on_press=move |()| editing.set(Some(edit.clone()))>{t("settings.edit")}</Button>
                        <Button kind=Kind::Danger label=tf("settings.team.remove_one", &[("name", &member.name)]) on_press=move |()| removing.set(Some(remove.clone()))>{t("settings.remove")}</Button>
                    </div>
                </td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <table class="cards">
            <thead><tr><th scope="col">{t("settings.team.person")}</th><th scope="col">{t("settings.team.role")}</th><th scope="col">{t("settings.team.seen")}</th><th scope="col"><span class="unseen">{t("settings.actions")}</span></th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Add(open: RwSignal<bool>, loaded: Load<Page<Member>>) -> impl IntoView {
    view! {
        <Dialog open=open title=t("settings.team.add")>
            {
                let (email, name, chosen) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new("staff".to_owned()));
                let failure = RwSignal::new(None::<Failure>);
                let busy = RwSignal::new(false);
                let key = StoredValue::new(api::new_key());
                let wrong = move |place: &'static str| MaybeProp::derive(move || failure.with(|f| fault_of(f.as_ref(), place)));
                let send = move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    let body = AddMember { email: email.get_untracked().trim().to_owned(), name: name.get_untracked().trim().to_owned(), role: role(&chosen.get_untracked()) };
                    busy.set(true);
                    leptos::task::spawn_local(async move {
                        let added = api::post::<Member>("/v1/team", &key.get_value(), &body).await;
                        busy.set(false);
                        match added {
                            Ok(member) => {
                                open.set(false);
                                loaded.again();
                                toast(Tone::Good, tf("settings.team.added", &[("email", &member.email)]));
                            }
                            Err(why) => {
                                // What is sent next is another thing.
                                key.set_value(api::new_key());
                                tell(&why);
                                failure.set(Some(why));
                            }
                        }
                    });
                };
                view! {
                    <form novalidate=true on:submit=send>
                        <TextField label=t("settings.team.email") help=t("settings.team.email_help") kind="email" inputmode="email" value=email error=wrong("email") on_input=move |text| email.set(text) />
                        <TextField label=t("settings.team.name") value=name error=wrong("name") on_input=move |text| name.set(text) />
                        <Select label=t("settings.team.role") help=t("settings.team.role_help") choices=Signal::derive(roles) value=chosen on_change=move |word| chosen.set(word) />
                        <div class="buttons end">
                            <Button on_press=move |()| open.set(false)>{t("shell.cancel")}</Button>
                            <Button kind=Kind::Primary busy=busy>{t("settings.team.add")}</Button>
                        </div>
                    </form>
                }
            }
        </Dialog>
    }
}

/// A dialog about one of several: open while there is one.
fn about(who: RwSignal<Option<Member>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(who.with(Option::is_some)));
    Effect::new(move |_| {
        if !open.get() && who.with_untracked(Option::is_some) {
            who.set(None);
        }
    });
    open
}

#[component]
fn Edit(who: RwSignal<Option<Member>>, loaded: Load<Page<Member>>) -> impl IntoView {
    let open = about(who);
    view! {
        <Dialog open=open title=Signal::derive(move || who.with(|who| who.as_ref().map(|who| who.name.clone())).unwrap_or_default())>
            {move || who.get().map(|member| {
                let id = member.id;
                let (name, chosen) = (RwSignal::new(member.name), RwSignal::new(word(member.role).to_owned()));
                let failure = RwSignal::new(None::<Failure>);
                let busy = RwSignal::new(false);
                let send = move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    let body = PutMember { name: name.get_untracked().trim().to_owned(), role: role(&chosen.get_untracked()) };
                    let path = format!("/v1/team/{id}");
                    busy.set(true);
                    leptos::task::spawn_local(async move {
                        let told = api::put::<Member>(&path, &body).await;
                        busy.set(false);
                        match told {
                            Ok(_) => {
                                open.set(false);
                                loaded.again();
                                toast(Tone::Good, t("shell.saved"));
                            }
                            Err(why) => {
                                tell(&why);
                                failure.set(Some(why));
                            }
                        }
                    });
                };
                view! {
                    <form novalidate=true on:submit=send>
                        <p class="soft">{member.email}</p>
                        <TextField label=t("settings.team.name") value=name error=MaybeProp::derive(move || failure.with(|f| fault_of(f.as_ref(), "name"))) on_input=move |text| name.set(text) />
                        <Select label=t("settings.team.role") help=t("settings.team.role_help") choices=Signal::derive(roles) value=chosen on_change=move |word| chosen.set(word) />
                        <div class="buttons end">
                            <Button on_press=move |()| open.set(false)>{t("shell.cancel")}</Button>
                            <Button kind=Kind::Primary busy=busy>{t("shell.save")}</Button>
                        </div>
                    </form>
                }
            })}
        </Dialog>
    }
}

#[component]
fn Remove(who: RwSignal<Option<Member>>, loaded: Load<Page<Member>>) -> impl IntoView {
    let open = about(who);
    let busy = RwSignal::new(false);
    let name =
        Signal::derive(move || who.with(|who| who.as_ref().map(|who| who.name.clone())).unwrap_or_default());
    let remove = move |()| {
        let Some(member) = who.get_untracked() else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let gone = api::delete(&format!("/v1/team/{}", member.id)).await;
            busy.set(false);
            open.set(false);
            match gone {
                Ok(()) => {
                    loaded.again();
                    toast(Tone::Good, tf("settings.team.removed", &[("name", &member.name)]));
                }
                Err(why) => crate::ui::failed(&why),
            }
        });
    };
    view! {
        <Confirm open=open title=Signal::derive(move || tf("settings.team.remove_one", &[("name", &name.get())])) text=t("settings.team.remove_text") action=t("settings.remove") busy=busy on_confirm=remove />
    }
}

/// Ends one's own sessions on every device.
#[component]
fn Everywhere() -> impl IntoView {
    let open = RwSignal::new(false);
    let ask = ViewFn::from(
        move || view! { <Button on_press=move |()| open.set(true)>{t("settings.everywhere")}</Button> },
    );
    view! {
        {listed(t("settings.sessions"), t("settings.sessions_help"), Some(ask), ().into_any())}
        <Confirm open=open title=t("settings.everywhere") text=t("settings.everywhere_text") action=t("settings.everywhere") on_confirm=move |()| {
            open.set(false);
            leptos::task::spawn_local(pages::sign_in::sign_out(true));
        } />
    }
}
