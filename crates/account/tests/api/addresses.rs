use serde_json::{Value, json};

use crate::support::{app, sign_up, sign_up_as};

fn home() -> Value {
    json!({"name": "Ada Lovelace", "line1": "St James's Square 12", "postalCode": "SW1Y 4JH", "city": "London", "country": "gb"})
}

#[tokio::test]
async fn an_address_is_added_changed_and_removed() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    let added = session.visitor(&app).post("/api/user/addresses", home()).await;
    added.expect(201);
    let address = &added.json()["address"];
    assert_eq!(
        (&address["country"], &address["company"], &address["defaultShipping"]),
        (&json!("GB"), &Value::Null, &json!(false))
    );
    let path = format!("/api/user/addresses/{}", address["id"].as_str().unwrap());
    let changed = session
        .visitor(&app)
        .patch(&path, json!({"city": "Paris", "country": "FR", "postalCode": null}))
        .await;
    changed.expect(200);
    let changed = &changed.json()["address"];
    assert_eq!(
        (&changed["city"], &changed["line1"], &changed["postalCode"]),
        (&json!("Paris"), &address["line1"], &Value::Null)
    );
    session.visitor(&app).delete(&path).await.expect(204);
    session.visitor(&app).delete(&path).await.refused(404, "not_found");
    session.visitor(&app).patch(&path, json!({"city": "Rome"})).await.refused(404, "not_found");
}

#[tokio::test]
async fn one_address_is_the_default_for_each_use() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    let mut first = home();
    first["defaultShipping"] = json!(true);
    first["defaultBilling"] = json!(true);
    session.visitor(&app).post("/api/user/addresses", first).await.expect(201);
    app.clock.advance(std::time::Duration::from_secs(1));
    let mut second = home();
    second["defaultShipping"] = json!(true);
    let second = session.visitor(&app).post("/api/user/addresses", second).await.json();
    let list = session.visitor(&app).get("/api/user/addresses").await.json();
    let uses: Vec<_> = list["addresses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| (a["defaultShipping"] == true, a["defaultBilling"] == true))
        .collect();
    assert_eq!(uses, [(false, true), (true, false)]);
    let path = format!("/api/user/addresses/{}", second["address"]["id"].as_str().unwrap());
    let off = session.visitor(&app).patch(&path, json!({"defaultShipping": false})).await.json();
    assert_eq!(off["address"]["defaultShipping"], false);
}

#[tokio::test]
async fn somebody_elses_address_is_not_found() {
    let app = app().await;
    let (ada, eve) = (sign_up(&app, "token").await, sign_up_as(&app, "eve@example.com", "token").await);
    let added = ada.visitor(&app).post("/api/user/addresses", home()).await.json();
    let path = format!("/api/user/addresses/{}", added["address"]["id"].as_str().unwrap());
    eve.visitor(&app).patch(&path, json!({"city": "Mine"})).await.refused(404, "not_found");
    eve.visitor(&app).delete(&path).await.refused(404, "not_found");
    assert_eq!(eve.visitor(&app).get("/api/user/addresses").await.json(), json!({"addresses": []}));
    assert_eq!(ada.visitor(&app).get("/api/user/addresses").await.json()["addresses"][0], added["address"]);
}

#[tokio::test]
async fn refused_addresses_name_their_fields() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    let empty = session.visitor(&app).post("/api/user/addresses", json!({})).await;
    empty.refused(400, "missing_fields");
    for field in ["name", "line1", "city", "country"] {
        assert_eq!(empty.json()["fields"][field]["code"], "required", "{field}");
    }
    for (field, value, code) in [
        ("country", json!("DEU"), "country_invalid"),
        ("phone", json!("1"), "phone_country_needed"),
        ("line1", json!("1 Main\u{200b} St"), "invalid_characters"),
        ("postalCode", json!("x".repeat(21)), "text_too_long"),
        ("postalCode", json!(12345), "wrong_type"),
        ("defaultShipping", json!("yes"), "wrong_type"),
        ("zip", json!("1"), "unknown_field"),
        ("customerId", json!("1"), "unknown_field"),
    ] {
        let mut body = home();
        body[field] = value;
        let answer = session.visitor(&app).post("/api/user/addresses", body).await;
        answer.refused(422, "invalid_fields");
        assert_eq!(answer.json()["fields"][field]["code"], code, "{field}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_parallel_change_is_lost() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    let added = session.visitor(&app).post("/api/user/addresses", home()).await.json();
    let path = format!("/api/user/addresses/{}", added["address"]["id"].as_str().unwrap());
    for round in 0..20 {
        let changes = ["city", "line1"].map(|field| {
            let (visitor, path) = (session.visitor(&app), path.clone());
            let value = format!("{field} {round}");
            tokio::spawn(
                async move { (field, visitor.patch(&path, json!({ field: value })).await.status, value) },
            )
        });
        let mut accepted = Vec::new();
        for change in changes {
            let (field, status, value) = change.await.unwrap();
            assert!(status == 200 || status == 412, "{status}");
            accepted.extend((status == 200).then_some((field, value)));
        }
        assert!(!accepted.is_empty());
        let stands = session.visitor(&app).get("/api/user/addresses").await.json();
        for (field, value) in accepted {
            assert_eq!(stands["addresses"][0][field], value);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_additions_do_not_pass_the_limit() {
    let app = app().await;
    let session = sign_up(&app, "token").await;
    let additions = (0..60).map(|_| {
        let visitor = session.visitor(&app);
        tokio::spawn(async move { visitor.post("/api/user/addresses", home()).await.status })
    });
    let mut added = 0;
    for addition in additions.collect::<Vec<_>>() {
        added += usize::from(addition.await.unwrap() == 201);
    }
    assert_eq!(added, 50);
    session.visitor(&app).post("/api/user/addresses", home()).await.refused(409, "limit_reached");
}
