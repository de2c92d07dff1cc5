//! The catalog agrees with itself and with the seeded users.

use super::{fiat, institutions, rails, send_out};
use crate::sandbox::config::Dialect;
use crate::sandbox::world::payout::bad_details;
use crate::sandbox::world::people;
use chrono::DateTime;

#[test]
fn rails_carry_known_currencies_and_have_fields_and_institutions() {
    for rail in rails::ALL {
        assert!(rail.fiat().is_some() && !rail.fields.is_empty() && rail.serves("all"), "{rail:?}");
        let listed = institutions::of_rail(rail.slug).count();
        assert!(listed > 0, "{}", rail.slug);
    }
    for fiat in fiat::ALL {
        assert!(rails::of_currency(fiat.code).next().is_some(), "{}", fiat.code);
    }
    assert!(institutions::ALL.iter().all(|one| one.rails.iter().all(|slug| rails::find(slug).is_some())));
}

#[test]
fn every_seeded_profile_has_the_fields_of_its_rail() {
    let mut rng = fastrand::Rng::with_seed(1);
    for user in people::seeded(&mut rng, DateTime::UNIX_EPOCH) {
        for profile in &user.profiles {
            let rail = rails::find(profile.script.rail).unwrap();
            assert_eq!(rail.currency, profile.script.currency);
            assert_eq!(bad_details(rail, &profile.script.details), Vec::<String>::new(), "{profile:?}");
            let institution = profile.script.institution.as_ref();
            let known = |slug: &str| institutions::on_rail(rail.slug, slug).is_some();
            assert!(institution.is_none_or(|(_, slug)| known(slug)), "{profile:?}");
        }
    }
}

#[test]
fn destinations_go_by_three_names_and_know_their_addresses() {
    for word in ["Arbitrum One", "42161"] {
        assert!(Dialect::ALL.iter().all(|dialect| send_out::route(word, *dialect).unwrap().chain_id == 42_161));
    }
    let [slug, tron] = ["arbitrum", "Tron"].map(|word| Dialect::ALL.iter().map(|d| send_out::route(word, *d)));
    assert_eq!(slug.map(|route| route.is_some()).collect::<Vec<_>>(), [true, false]);
    assert_eq!(tron.map(|route| route.is_some()).collect::<Vec<_>>(), [false, true]);
    let find = |word| send_out::route(word, Dialect::Newer).unwrap();
    let (evm, tron) = (find("1"), find("Tron"));
    let zero = format!("0x{}", "0".repeat(40));
    assert!(evm.accepts(&format!("0x{}", "11".repeat(20))) && !evm.accepts("0x11") && !evm.accepts(&zero));
    assert!(tron.accepts("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t") && !tron.accepts("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj60"));
}
