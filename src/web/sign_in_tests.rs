//! The pages of signing in, as rendered.

use super::*;
use crate::web::examples::MARKUP;
use crate::web::examples::accounts::{account, every_form_carries, in_a_demo, posts, shell};
use crate::web::examples::check::Checked;

const QR: &str = "<svg role=\"img\" aria-label=\"QR code\" viewBox=\"0 0 10 10\"><path d=\"M0 0h10v10H0V0\"/></svg>";

fn sign_in() -> SignIn {
    SignIn {
        form_token: "before".to_owned(),
        then: "/councils/E04999001?as_of=2026-01-01&x=\"><script>".to_owned(),
        providers: vec![
            Provider { id: "microsoft".to_owned(), title: "Microsoft".to_owned() },
            Provider { id: "county".to_owned(), title: MARKUP.to_owned() },
        ],
        sends_mail: true,
    }
}

fn page(view: &SignIn) -> Checked {
    Checked::read(&render(view, &shell("/sign-in?then=%2F", None)).unwrap())
}

fn value<'a>(page: &'a Checked, name: &str) -> Vec<&'a str> {
    page.all("input").filter(|input| input.get("name") == Some(name)).filter_map(|input| input.get("value")).collect()
}

#[test]
fn one_signs_in_by_mail_or_by_ones_own_organisation_and_is_led_back() {
    let view = sign_in();
    let page = page(&view);
    assert_eq!(page.title(), "Sign in – Bellwether");
    assert_eq!(posts(&page), ["/sign-in", "/sign-in/openid/microsoft", "/sign-in/openid/county"]);
    every_form_carries("before", &page);
    assert_eq!(value(&page, "then"), [view.then.as_str(); 3]);
    let email = page.all("input").find(|input| input.get("name") == Some("email")).unwrap();
    assert_eq!((email.get("type"), email.get("autocomplete")), (Some("email"), Some("username")));
    assert_eq!(
        page.texts("button"),
        ["Send me a link".to_owned(), "Sign in with Microsoft".to_owned(), format!("Sign in with {MARKUP}")]
    );
    assert_eq!(page.link("The national picture"), Some("/national"));
    assert_eq!(page.link("The API documentation"), Some("/api/docs"));
    assert_eq!(page.link("Sign in"), None, "one is there");
}

#[test]
fn where_no_mail_is_sent_it_says_whom_to_ask() {
    let view = SignIn { sends_mail: false, then: String::new(), ..sign_in() };
    let with_providers = page(&view);
    assert_eq!(posts(&with_providers), ["/sign-in/openid/microsoft", "/sign-in/openid/county"]);
    assert!(with_providers.text().contains("bellwether admin sign-in-link"));
    assert!(value(&with_providers, "then").is_empty());
    let without = page(&SignIn { providers: Vec::new(), ..view });
    assert_eq!(posts(&without), [""; 0]);
    assert_eq!(without.texts("h2"), ["With a link that somebody gives you", "What Bellwether is"]);
    assert!(!page(&sign_in()).text().contains("bellwether admin"));
}

#[test]
fn everybody_who_asks_is_told_the_same() {
    let told = |email: &str| {
        let page = render_sent(&Sent { email: email.to_owned() }, &shell("/sign-in", None)).unwrap();
        Checked::read(&page).text().replace(email, "…")
    };
    assert!(
        told("clerk@example.org").contains("If there is an account for …, a link is on its way. It works once, for 15")
    );
    assert_eq!(told("clerk@example.org"), told(MARKUP));
}

#[test]
fn a_link_is_used_by_its_button_alone() {
    let view = Link { form_token: "before".to_owned(), token: "a-token".to_owned() };
    let page = Checked::read(&render_link(&view, &shell("/sign-in/link?token=a-token", None)).unwrap());
    assert_eq!(posts(&page), ["/sign-in/link"]);
    every_form_carries("before", &page);
    assert_eq!(value(&page, "token"), ["a-token"]);
    assert_eq!(page.texts("button"), ["Sign in"]);
    assert!(page.all("a").all(|link| !link.get("href").unwrap().contains("a-token")));
}

#[test]
fn a_code_comes_from_the_app_or_from_those_that_were_kept() {
    let view = SecondFactor { form_token: "before".to_owned(), attempts_left: None, wrong: None };
    let calm = Checked::read(&render_second_factor(&view, &shell("/sign-in/second-factor", None)).unwrap());
    assert_eq!(posts(&calm), ["/sign-in/second-factor"; 2]);
    every_form_carries("before", &calm);
    let codes: Vec<_> = calm.all("input").filter(|input| input.get("name") == Some("code")).collect();
    let kinds = codes.iter().map(|code| (code.get("inputmode"), code.get("autocomplete")));
    assert_eq!(kinds.collect::<Vec<_>>(), [(Some("numeric"), Some("one-time-code")), (None, Some("off"))]);
    assert!(calm.texts_of_class("notice").is_empty());
    let told = |attempts_left, wrong: Option<&str>| {
        let view = SecondFactor { attempts_left, wrong: wrong.map(str::to_owned), form_token: String::new() };
        let page = render_second_factor(&view, &shell("/sign-in/second-factor", None)).unwrap();
        Checked::read(&page).texts_of_class("notice")
    };
    assert_eq!(told(Some(1), None), ["One more wrong code ends this session. Your account stays as it is."]);
    assert_eq!(told(Some(3), None), ["3 more wrong codes end this session. Your account stays as it is."]);
    assert!(told(Some(5), None).is_empty(), "nobody is alarmed before they mistype");
    assert_eq!(told(Some(1), Some("Wrong; one is left.")), ["Wrong; one is left."], "told once");
    assert_eq!(told(None, Some(MARKUP)), [MARKUP]);
}

#[test]
fn an_app_is_set_up_by_picture_or_by_hand_and_confirmed() {
    let view = Enrol {
        form_token: "before".to_owned(),
        qr_svg: QR.to_owned(),
        by_hand: "ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567".to_owned(),
        address: "otpauth://totp/Bellwether:clerk@example.org?secret=ABCD&issuer=Bellwether".to_owned(),
        wrong: Some("This code isn't right, or was used before.".to_owned()),
    };
    let page = Checked::read(&render_enrol(&view, &shell("/sign-in/second-factor/enrol", None)).unwrap());
    assert_eq!(posts(&page), ["/sign-in/second-factor/enrol"]);
    every_form_carries("before", &page);
    assert!(page.all("svg").any(|svg| svg.get("aria-label") == Some("QR code")));
    assert_eq!(page.texts_of_class("shown-once"), [view.by_hand, view.address]);
    assert_eq!(page.texts_of_class("notice"), ["This code isn't right, or was used before."]);
    assert_eq!(page.texts("h2").len(), 3);
}

#[test]
fn recovery_codes_are_shown_whole_with_the_way_on() {
    let codes: Vec<String> = (0..10).map(|number| format!("k7m2-9xqp-4hdt-w3n{number}")).collect();
    let view = RecoveryCodes { codes: codes.clone(), next: "/account".to_owned() };
    let account = account(&[]);
    let page =
        Checked::read(&render_recovery_codes(&view, &shell("/sign-in/second-factor/enrol", Some(&account))).unwrap());
    assert_eq!(page.texts("code"), codes);
    assert_eq!(page.link("I have kept them: go on"), Some("/account"));
    assert!(page.text().contains("They are shown this once."));
}

#[test]
fn the_layout_says_who_is_signed_in_and_lets_them_out() {
    let sent =
        |shell: &Shell<'_>| Checked::read(&render_sent(&Sent { email: "a@example.org".to_owned() }, shell).unwrap());
    let signed_in = account(&[]);
    let inside = sent(&shell("/account", Some(&signed_in)));
    assert_eq!(posts(&inside), ["/sign-out"]);
    every_form_carries(&signed_in.form_token, &inside);
    assert_eq!(inside.link("Your account: Ada Penhallow"), Some("/account"));
    assert_eq!(inside.texts_of_class("account-of"), [format!("Wealdshire Association {MARKUP}")]);
    assert_eq!(inside.link("Sign in"), None);
    let outside = sent(&shell("/national", None));
    assert_eq!(outside.link("Sign in"), Some("/sign-in"));
    assert!(posts(&outside).is_empty());
}

#[test]
fn a_demo_lets_one_be_somebody_else() {
    let visitor = in_a_demo(&[]);
    let page = render_sent(&Sent { email: "a@example.org".to_owned() }, &shell("/", Some(&visitor))).unwrap();
    let page = Checked::read(&page);
    assert_eq!(posts(&page), ["/demo/be", "/sign-out"]);
    every_form_carries(&visitor.form_token, &page);
    let people: Vec<_> = page.all("button").filter(|button| button.get("name") == Some("person")).collect();
    assert_eq!(
        people.iter().map(|button| button.get("value").unwrap()).collect::<Vec<_>>(),
        ["1", "2", "3", "4", "5", "6"]
    );
    let current: Vec<_> = people.iter().filter(|button| button.get("aria-current").is_some()).collect();
    assert_eq!(current.iter().map(|button| button.text.as_str()).collect::<Vec<_>>(), ["Officer, Wealdshire"]);
    let elsewhere = Shell { demo: false, ..shell("/", Some(&visitor)) };
    let page = render_sent(&Sent { email: "a@example.org".to_owned() }, &elsewhere).unwrap();
    assert_eq!(posts(&Checked::read(&page)), ["/sign-out"], "there are no examples outside a demo");
}
