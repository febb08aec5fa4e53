//! From every engine to every engine.

use doorstep_server::r#move::{MoveError, refuse_unless_open};

use crate::shop::{contents, filled, moved, opened, pairs, place};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_logged_out_by_a_move() {
    for (source, target) in pairs() {
        println!("{} to {}", source.name(), target.name());
        let (app, mut shoppers) = filled(source, 1200).await;
        app.stop().await;
        let place = place(target).await;
        let told = moved(app.database(), place.url()).await.unwrap();
        let (old, new) = (opened(app.database()).await, opened(place.url()).await);
        let (before, after) = (contents(&old).await, contents(&new).await);
        assert_eq!(before, after);
        assert_eq!(told.records, after.iter().map(|(_, count, _)| count).sum::<u64>());
        assert!(told.checksum.is_some() && told.pause.is_none());
        let refused = refuse_unless_open(&*old, "old").await;
        assert!(matches!(&refused, Err(MoveError::Moved { other, .. }) if other == "the new database"));
        for store in [old, new] {
            store.close().await;
        }
        let app = app.on_another(place).await;
        for shopper in &mut shoppers {
            shopper.goes_on(&app).await;
        }
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_went_around_is_what_it_was() {
    let engines = crate::shop::engines();
    let (app, mut shoppers) = filled(engines[0], 300).await;
    app.stop().await;
    let mut last = app.database().to_owned();
    let before = contents(&opened(&last).await).await;
    let mut places = Vec::new();
    for engine in engines.into_iter().cycle().skip(1).take(5) {
        let place = place(engine).await;
        moved(&last, place.url()).await.unwrap();
        place.url().clone_into(&mut last);
        places.push(place);
    }
    assert_eq!(contents(&opened(&last).await).await, before);
    let app = app.on_another(places.pop().unwrap()).await;
    for shopper in &mut shoppers {
        shopper.goes_on(&app).await;
    }
    app.stop().await;
}
