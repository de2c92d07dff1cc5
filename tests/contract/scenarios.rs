//! Every scenario as it starts and as time passes: whoever and whatever is in it keeps the contract.

use ramptop::sandbox::{Dialect, Scenario};

use crate::calls::{Run, get};
use crate::everybody;
use crate::schemas::Contract;

#[tokio::test]
async fn every_scenario_keeps_the_contract_while_time_passes() {
    let mut run = Run::new(Contract::load());
    for scenario in Scenario::ALL {
        for dialect in [Dialect::Baseline, Dialect::Newer] {
            let calls = everybody().into_iter().chain([get("/orders?limit=100", 200).after(600)]).chain(everybody());
            run.table(*scenario, dialect, calls.collect()).await;
        }
    }
    assert!(run.complaints.is_empty(), "{} complaints: {:#?}", run.complaints.len(), run.complaints);
}
