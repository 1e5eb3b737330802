//! Whoever a figure went to is told when it is replaced or taken back.

use super::{ADDRESS, GOOD, begun};
use crate::support::{World, cast, json_of, on_both};
use bellwether::auth::{OrganisationKind, Role};
use serde_json::Value as Json;

on_both!(whoever_had_the_old_figure_is_told_once,);

async fn told(base: &str, client: &reqwest::Client) -> Vec<Json> {
    let answer = client.get(format!("{base}/api/v1/corrections")).send().await.unwrap();
    let told: Json = json_of(answer).await;
    told["corrections"].as_array().unwrap().clone()
}

async fn whoever_had_the_old_figure_is_told_once(world: World) {
    let firm = begun(&world);
    let app = &world.app;
    let client =
        |kind, place: &str, role| cast::with_key(&cast::key(app, &cast::organisation(app, kind, place), role, &[]));
    let association = client(OrganisationKind::CountyAssociation, "Wealdshire", Role::Officer);
    let council = client(OrganisationKind::Council, "E04990001", Role::Officer);
    let neighbour = client(OrganisationKind::Council, "E04990002", Role::Officer);
    firm.sent(ADDRESS, GOOD, 201).await;
    let nalc = crate::support::client(&firm.base);
    assert!(told(&firm.base, &nalc).await.is_empty());
    // NALC looks at the council while the figure stands.
    firm.council("E04990001").await;
    let corrected = GOOD.replace("2026-09-10,2,except_for", "2026-09-12,3,except_for");
    firm.sent(ADDRESS, &corrected, 201).await;
    let (of_nalc, of_county) = (told(&firm.base, &nalc).await, told(&firm.base, &association).await);
    assert_eq!((of_nalc.len(), &of_nalc[0]["because"]), (1, &Json::from("looked")));
    assert_eq!(of_nalc[0]["gss_code"], "E04990001");
    assert_eq!((of_county.len(), &of_county[0]["because"]), (1, &Json::from("association")));
    assert_eq!(told(&firm.base, &council).await[0]["because"], "council");
    assert!(told(&firm.base, &neighbour).await.is_empty());
    assert_eq!(of_nalc[0]["seen_at"], Json::Null);
    assert_ne!(told(&firm.base, &nalc).await[0]["seen_at"], Json::Null, "looking marks it");
    // Nobody looked since: only those whose council it is are told of the next.
    let (_, listed) = firm.get("/api/v1/submissions").await;
    let last = &listed["submissions"][0]["id"];
    let reason = serde_json::json!({ "reason": "a mistake" });
    assert_eq!(firm.post(&format!("/api/v1/submissions/{last}/withdraw"), &reason).await.0, 200);
    assert_eq!(told(&firm.base, &association).await.len(), 2);
    assert_eq!(told(&firm.base, &council).await.len(), 2);
}
