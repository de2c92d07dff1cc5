//! What a scenario changes about the users and the wallet of the start.
//!
//! Orders are the business of [`casts`](super::casts), rules for new ones that of
//! [`desk`](super::desk). Everything here takes effect once, before the first request.

use alloy_primitives::U256;
use chrono::TimeDelta;
use uuid::Uuid;

use super::World;
use super::kyc::Method;
use super::people::SimUser;
use crate::sandbox::chain::STARTING_BALANCE;
use crate::sandbox::config::Scenario;

/// What a wallet holds that is too small: 20 tokens.
const POOR: u64 = 20_000_000;
/// Virtual seconds until it is topped up.
const TOP_UP_AFTER: i64 = 180;

impl World {
    /// Sets the stage of a scenario.
    pub(super) fn set_stage(&mut self, scenario: Scenario) {
        match scenario {
            Scenario::UpdateKycAddress => self.users.iter_mut().for_each(forget_address),
            Scenario::KycRejected => self.reject_first(),
            Scenario::KycPending => self.keep_waiting(),
            Scenario::LowBalance => {
                self.set_wallet_balance(U256::from(POOR));
                self.top_up = Some(self.now + TimeDelta::seconds(TOP_UP_AFTER));
            }
            Scenario::WebhookFailing => self.webhooks.lose_attempts(2),
            _ => {}
        }
    }

    /// Fills the wallet up, if its moment has come.
    pub(super) fn top_up_if_due(&mut self) {
        if self.top_up.take_if(|at| *at <= self.now).is_some() {
            self.chain.credit(self.sender, U256::from(STARTING_BALANCE));
        }
    }

    fn reject_first(&mut self) {
        if let Some(user) = self.users.first_mut() {
            user.kyc_status = "VERIFICATION_REJECTED";
            user.rejection = Some("The photo on the document does not match the selfie");
        }
    }

    /// The first is verified in a minute, the second has sent no documents, the third is under
    /// review for four minutes, the fourth has been handed off.
    fn keep_waiting(&mut self) {
        let now = self.now;
        let sessions: Vec<Uuid> = (0..4).map(|_| self.session()).collect();
        let waits = [
            ("IN_PROGRESS", Method::DirectData, Some(60)),
            ("IN_PROGRESS", Method::DirectData, None),
            ("UNDER_REVIEW", Method::DirectData, Some(240)),
            ("IN_PROGRESS", Method::Handoff, Some(120)),
        ];
        for ((user, session), (status, method, seconds)) in self.users.iter_mut().zip(sessions).zip(waits) {
            user.kyc_status = status;
            user.kyc.method = Some(method);
            user.kyc.updated_at = Some(now);
            user.kyc.running = seconds.map(|seconds| (session, now + TimeDelta::seconds(seconds)));
        }
    }
}

fn forget_address(user: &mut SimUser) {
    for key in ["address", "city", "postal_code"] {
        user.kyc.fields.remove(key);
    }
}
