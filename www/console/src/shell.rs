//! The frame: which address shows which page, the menu, who is signed in, and what is read aloud.

use leptos::prelude::*;
use leptos_router::components::{A, Route, Router, Routes};
use leptos_router::hooks::{use_location, use_navigate, use_params_map};
use leptos_router::{NavigateOptions, path};

use crate::pages;
use crate::session::{self, Session, Who};
use crate::texts::{self, t};
use crate::ui::{Button, ErrorBox, Icon, Kind, Loading, Toasts, icon};
use crate::{api, browser};

/// Where the console lives.
pub const BASE: &str = "/console";

/// An entry of the menu: its key in the texts, its address below [`BASE`], and its picture.
struct Entry {
    key: &'static str,
    path: &'static str,
    icon: Icon,
}

const MENU: [Entry; 9] = [
    Entry { key: "overview", path: "", icon: Icon::Home },
    Entry { key: "shoppers", path: "shoppers", icon: Icon::People },
    Entry { key: "program", path: "program", icon: Icon::Sliders },
    Entry { key: "missions", path: "missions", icon: Icon::Flag },
    Entry { key: "invitations", path: "invitations", icon: Icon::Share },
    Entry { key: "imports", path: "imports", icon: Icon::Upload },
    Entry { key: "reports", path: "reports", icon: Icon::Chart },
    Entry { key: "look", path: "look", icon: Icon::Palette },
    Entry { key: "settings", path: "settings", icon: Icon::Gear },
];

/// All of the console.
#[component]
pub(crate) fn Shell() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=|| view! { <Framed area="" /> }>
                <Route path=path!("/console/sign-in") view=|| pages::sign_in::SignIn() />
                <Route path=path!("/console") view=|| view! { <Framed area="" /> } />
                <Route path=path!("/console/:area/*rest") view=Area />
            </Routes>
            <Toasts />
        </Router>
    }
}

/// A page of an area, by its address.
#[component]
fn Area() -> impl IntoView {
    let params = use_params_map();
    // Another page of the same area leaves the frame as it is.
    let area = Memo::new(move |_| params.with(|params| params.get("area").unwrap_or_default()));
    move || view! { <Framed area=area.get() /> }
}

/// What follows the area in the address: `missions/first_order` of `/console/program/missions/first_order`.
pub fn rest() -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get("rest").unwrap_or_default()))
}

/// Goes to an address below [`BASE`].
pub fn go(path: &str) -> impl Fn() + Clone + 'static {
    let navigate = use_navigate();
    let path = format!("{BASE}/{path}");
    move || navigate(&path, NavigateOptions::default())
}

/// The address of a page below [`BASE`].
pub fn at(path: &str) -> String {
    format!("{BASE}/{path}").trim_end_matches('/').to_owned()
}

/// A page within the menu, for whoever is signed in.
#[component]
fn Framed(#[prop(into)] area: String) -> impl IntoView {
    let who = session::who();
    let location = use_location();
    let navigate = use_navigate();
    // The first page that is for somebody asks who is here; the sign-in page is for nobody.
    if matches!(who.get_untracked(), Who::Unknown) {
        leptos::task::spawn_local(session::load());
    }
    // Where somebody wanted to go is where they arrive after they have signed in.
    let asks = who.clone();
    Effect::new(move |_| {
        if matches!(asks.get(), Who::Nobody) {
            let wanted = location.pathname.get_untracked();
            let path = format!("{BASE}/sign-in?then={}", api::encode(&wanted));
            navigate(&path, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    move || {
        match who.get() {
        Who::Unknown | Who::Nobody => view! { <div class="center"><Loading /></div> }.into_any(),
        Who::Failed(sentence) => view! {
            <main class="center">
                <ErrorBox sentence=sentence retry=Callback::new(|()| leptos::task::spawn_local(session::load())) />
            </main>
        }
        .into_any(),
        Who::Somebody(session) => frame(&area, session),
    }
    }
}

fn frame(area: &str, session: Session) -> AnyView {
    let (open, set_open) = signal(false);
    let location = use_location();
    // The menu of a phone closes when somebody has gone somewhere.
    Effect::new(move |_| {
        location.pathname.track();
        set_open.set(false);
    });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            set_open.set(false);
            browser::focus("menu-button");
        }
    };
    let current = area.to_owned();
    let entries = MENU.iter().map(|entry| {
        let is_current = entry.path == current;
        view! {
            <li>
                <A href=at(entry.path) exact=true attr:class="nav-link" attr:aria-current=is_current.then_some("page")>
                    {icon(entry.icon)}
                    <span>{t(&format!("shell.menu.{}", entry.key))}</span>
                </A>
            </li>
        }
    });
    let entries: Vec<_> = entries.collect();
    let name = session.store_name.clone();
    let view = match area {
        "" => pages::overview::Overview().into_any(),
        "start" => pages::start::Start().into_any(),
        "shoppers" => pages::shoppers::Shoppers().into_any(),
        "program" => pages::program::ProgramArea().into_any(),
        "missions" => pages::missions::Missions().into_any(),
        "invitations" => pages::invitations::Invitations().into_any(),
        "imports" => pages::imports::Imports().into_any(),
        "reports" => pages::reports::Reports().into_any(),
        "look" => pages::look::Look().into_any(),
        "settings" => pages::settings::Settings().into_any(),
        _ => pages::missing::Missing().into_any(),
    };
    view! {
        <a class="skip" href="#main">{t("shell.skip")}</a>
        <div class="frame" class:menu-open=open on:keydown=on_key>
            <header class="bar">
                <button
                    id="menu-button"
                    class="icon-button bar-menu"
                    aria-expanded=move || open.get().to_string()
                    aria-controls="menu"
                    aria-label=t("shell.menu")
                    on:click=move |_| set_open.update(|open| *open = !*open)
                >
                    {icon(Icon::Menu)}
                </button>
                <span class="bar-store">{name.clone()}</span>
            </header>
            <nav id="menu" class="menu" aria-label=t("shell.menu")>
                <div class="menu-head">
                    <span class="mark" aria-hidden="true"></span>
                    <span class="menu-store">{name}</span>
                </div>
                <ul>{entries}</ul>
                <Account session=session />
            </nav>
            <div class="veil" on:click=move |_| set_open.set(false)></div>
            <main id="main" tabindex="-1">{view}</main>
        </div>
    }
    .into_any()
}

/// Who is signed in, the language and the look of the console, and the way out.
#[component]
fn Account(session: Session) -> impl IntoView {
    let language = texts::locale();
    let options = texts::locales().into_iter().map(|tag| {
        let name = browser::display(&tag, "language", &tag);
        view! { <option value=tag.clone() selected=tag == language>{name}</option> }
    });
    let options: Vec<_> = options.collect();
    let looks = ["", "light", "dark"].map(|look| {
        let key = if look.is_empty() { "shell.look.system".to_owned() } else { format!("shell.look.{look}") };
        view! { <option value=look selected=look == browser::kept("fidela.look")>{t(&key)}</option> }
    });
    let member = session.member;
    view! {
        <details class="account">
            <summary>
                <span class="avatar" aria-hidden="true">{initials(&member.name)}</span>
                <span class="account-who">
                    <strong>{member.name.clone()}</strong>
                    <small>{t(&format!("shell.role.{}", member.role))}</small>
                </span>
            </summary>
            <div class="account-body">
                <p class="soft">{member.email}</p>
                <label>
                    <span>{t("shell.language")}</span>
                    <select on:change=move |event| {
                        browser::keep("fidela.language", &event_target_value(&event));
                        browser::reload();
                    }>{options}</select>
                </label>
                <label>
                    <span>{t("shell.look")}</span>
                    <select on:change=move |event| set_look(&event_target_value(&event))>{looks}</select>
                </label>
                <Button on_press=|| leptos::task::spawn_local(pages::sign_in::sign_out(false))>{t("shell.sign_out")}</Button>
                <Button kind=Kind::Quiet on_press=|| leptos::task::spawn_local(pages::sign_in::sign_out(true))>{t("settings.everywhere")}</Button>
            </div>
        </details>
    }
}

/// The first letters of a name.
fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect::<String>().to_uppercase()
}

/// `light`, `dark`, or what the system says.
fn set_look(look: &str) {
    browser::keep("fidela.look", look);
    if let Some(root) = browser::root() {
        let _ = if look.is_empty() {
            root.remove_attribute("data-theme")
        } else {
            root.set_attribute("data-theme", look)
        };
    }
}
