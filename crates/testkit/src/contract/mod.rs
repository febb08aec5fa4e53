//! What every engine must keep: each promise of the store's port as a case that any engine runs.
//!
//! A case takes a database of its own. An engine's test file says [`store_contract!`](crate::store_contract) with the function that makes
//! one, and every case below becomes a test of that file. Races run over two handles, as two nodes would.

pub mod acting;
pub mod addresses;
pub mod attempts;
pub mod audit;
pub mod challenges;
pub mod customers;
pub mod emails;
pub mod erasures;
pub mod keys;
pub mod logins;
pub mod made;
pub mod mailed_logins;
pub mod maintenance;
pub mod moves;
pub mod outbox;
pub mod passwords;
pub mod profiles;
pub mod proven;
mod race;
pub mod refreshes;
pub mod sessions;

/// Runs the whole contract; `$fresh` is an async function that returns a [`TestDatabase`](crate::TestDatabase).
#[macro_export]
macro_rules! store_contract {
    ($fresh:path) => {
        $crate::store_contract! { $fresh;
            customers {
                a_new_customer_is_found_by_id_and_by_address
                an_unknown_customer_is_none
                the_newest_customers_are_told_first
                a_sign_up_opens_its_session_and_leaves_its_trail
                a_taken_address_writes_nothing
                a_sign_up_that_fails_half_way_writes_nothing
                of_racing_sign_ups_with_one_address_one_is_inserted
                of_racing_sign_ups_with_one_key_one_is_carried_out
                a_used_key_is_told_before_a_taken_address
                an_expired_key_is_not_found_and_is_replaced
                hostile_text_is_kept_byte_for_byte
                text_with_nul_is_refused_and_writes_nothing
                keys_that_differ_in_one_byte_are_two_customers
            }
            profiles {
                a_profile_change_changes_what_it_names
                a_profile_change_that_changes_nothing_leaves_no_trail
                an_outdated_version_changes_nothing
                a_missing_customer_has_no_profile
                of_racing_changes_of_one_version_one_succeeds
                every_racing_change_without_a_version_counts
            }
            passwords {
                a_new_password_ends_every_session_and_opens_the_next
                no_session_slips_through_when_all_end_while_the_password_changes
                a_change_of_password_is_found_by_its_key
                a_new_password_without_a_session_ends_all
                a_new_password_forgets_the_sign_up_key
                an_outdated_proof_replaces_no_password
                of_racing_password_changes_one_succeeds
                a_rehash_leaves_the_sessions_alone
                a_customer_without_a_password_can_get_one
                disabling_ends_every_session_and_enabling_revives_none
                nobody_cannot_be_disabled
            }
            erasures {
                erasing_leaves_nothing_personal
                erasing_leaves_others_alone
                an_erased_address_can_sign_up_again_and_inherits_nothing
                an_outdated_proof_erases_nobody
                of_racing_erasures_one_succeeds
            }
            addresses {
                addresses_are_told_oldest_first
                an_address_is_kept_as_given
                hostile_text_in_an_address_is_kept
                a_full_book_takes_no_more
                racing_inserts_never_pass_the_limit
                nobody_has_no_address_book
                at_most_one_address_is_the_default
                the_defaults_of_others_stay
                racing_changes_leave_one_default
                of_racing_changes_of_one_state_one_replaces_it
                a_replacement_that_changes_nothing_leaves_no_trail
                a_change_of_an_outdated_state_changes_nothing
                a_replacement_keeps_the_place_and_the_age
                an_address_of_somebody_else_is_a_missing_one
                an_address_is_deleted_once
            }
            sessions {
                a_session_is_found_with_its_customer
                an_unknown_session_is_none
                ended_and_expired_sessions_are_found_too
                hostile_text_about_a_device_is_kept
                a_use_moves_the_idle_expiry_on
                a_use_revives_nothing
                live_sessions_are_told_most_recently_used_first
                a_session_ends_once
                a_session_that_is_not_ones_own_or_not_live_is_not_ended
                an_ending_is_seen_by_every_node_at_once
                all_other_sessions_end
            }
            acting {
                a_live_session_writes_everything
                a_session_that_is_over_writes_nothing
                a_session_from_before_a_new_password_writes_nothing
                no_write_is_committed_after_the_ending_was_acknowledged
                an_event_of_an_erased_customer_names_no_place
            }
            logins {
                a_stale_proof_opens_nothing
                no_session_of_an_old_password_outlives_its_change
                no_session_outlives_disabling_or_erasing
                a_session_that_cannot_be_written_leaves_nothing
                beyond_the_limit_the_least_recently_used_end
                sessions_that_are_over_do_not_count_for_the_limit
                racing_logins_never_pass_the_limit
            }
            refreshes {
                a_refresh_token_is_replaced_by_the_next
                what_used_tokens_leave_goes_when_no_grace_time_can_ask_for_it
                within_the_grace_time_an_old_token_gets_the_same_successor
                after_the_grace_time_an_old_token_ends_the_session
                without_grace_a_second_use_ends_the_session
                an_invented_half_of_a_known_family_ends_the_session
                an_unknown_family_is_unknown
                a_session_that_is_over_is_not_renewed
                of_racing_uses_of_one_token_one_rotates
                an_ending_wins_over_racing_refreshes
                refresh_tokens_survive_a_restart
            }
            attempts {
                as_many_attempts_as_the_limit_are_allowed
                attempts_come_back_evenly
                a_window_that_does_not_divide_evenly_gives_neither_more_nor_fewer
                a_limit_of_none_allows_none
                of_racing_attempts_exactly_the_limit_are_allowed
                racing_attempts_under_shared_limits_never_pass_the_tightest
                under_several_limits_all_count_or_none
                the_first_limit_that_refuses_is_told
                after_the_wait_that_was_told_an_attempt_is_allowed
                counters_of_other_keys_are_left_alone
                counters_survive_a_restart
                a_login_gives_one_attempt_back_and_never_more_than_were_counted
                a_login_clears_its_counter_and_no_other
                no_limit_allows_everything
                an_attempt_that_is_taken_back_can_be_made_again
                what_time_gave_back_is_not_given_twice
                taking_back_never_frees_more_than_was_counted
                of_racing_attempts_that_are_taken_back_none_stays_and_none_is_free
            }
            keys {
                keys_are_told_oldest_generation_first
                a_generation_is_made_once
                a_key_is_sealed_again_as_it_was_read
                of_callers_that_seal_one_key_again_one_does
                of_nodes_that_make_one_generation_one_does
            }
            audit {
                events_are_told_newest_first
                events_of_others_are_not_told
                events_of_one_moment_are_all_kept
                page_by_page_every_event_is_told_once
                hostile_text_in_an_event_is_kept
                an_event_says_who_acted_and_what_it_adds
                an_ending_says_its_reason_and_how_many_sessions_it_ended
            }
            outbox {
                a_message_is_written_with_its_fact
                a_message_goes_with_its_customer
                what_tells_of_an_erasure_outlives_it
                of_racing_senders_one_gets_each_message
                a_message_is_due_again_when_its_lease_is_over
                a_message_that_was_sent_is_gone
                a_message_that_could_not_be_sent_comes_again
                a_buried_message_stays_and_is_not_sent
                dead_messages_of_a_topic_are_tried_anew_on_order
                messages_of_a_customer_are_told_oldest_first
            }
            challenges {
                the_right_secret_works_once
                of_racing_callers_with_the_right_secret_one_is_let_in
                wrong_secrets_use_the_tries_up
                racing_guesses_never_pass_the_tries
                asking_again_gives_a_new_secret_and_no_new_tries
                one_that_is_out_of_tries_takes_its_link_alone
                of_racing_links_and_codes_one_is_let_in
                an_older_one_does_not_replace_a_newer_one
                a_challenge_is_found_without_a_try
                callers_that_open_one_at_once_share_its_tries
                a_challenge_ends_with_its_time
                another_purpose_or_subject_opens_nothing
                live_challenges_of_a_customer_are_told_oldest_first
            }
            proven {
                a_recovery_sets_the_password_and_ends_everything
                what_a_stranger_filled_in_goes_when_the_address_is_proven
                a_wrong_code_changes_nothing_and_takes_a_try
                a_disabled_customer_recovers_nothing
                of_racing_recoveries_one_is_done
                an_address_is_verified_once_and_only_while_it_is_the_customers
                an_address_that_takes_no_mail_is_marked_until_one_arrives
                a_shut_account_has_no_session_and_no_password
                a_new_password_voids_what_was_sent_before
                a_challenge_takes_the_place_of_the_message_that_asked
            }
            mailed_logins {
                a_mail_opens_one_session_and_verifies_the_address
                a_mail_opens_nothing_for_a_wrong_code_or_a_stale_proof
                of_racing_logins_by_one_mail_one_is_let_in
                a_device_that_asked_is_let_in_once_and_only_when_it_was_approved
            }
            emails {
                an_address_is_changed_by_the_mail_that_came_there
                a_change_of_address_asks_for_what_stands
                of_racing_changes_to_one_address_one_is_done
                a_former_address_is_taken_back_once_and_ends_everything
                whoever_changes_again_does_not_keep_the_first_owner_out
                a_customer_may_have_the_former_address_again
            }
            maintenance {
                a_second_migration_takes_no_step
                a_database_that_stands_answers
                after_closing_every_verb_says_unavailable
                closing_waits_for_writes_under_way
                what_was_acknowledged_survives_a_restart
                a_fresh_database_has_nothing_to_purge
                sessions_go_when_they_have_been_over_for_long_enough
                old_audit_rows_go_in_bites
                expired_records_counters_and_keys_go
                a_restored_database_opens_nothing_that_was_open
                erasures_are_told_oldest_first
            }
            moves {
                an_empty_table_has_no_records
                records_are_kept_cell_by_cell_and_told_in_the_order_of_their_keys
                records_are_found_and_deleted_by_their_keys
                halves_of_keys_are_told_apart
                a_put_record_takes_the_place_of_what_is_in_its_way
                a_put_that_cannot_be_written_writes_nothing
                a_shop_that_was_moved_away_and_back_goes_on
                a_move_is_remembered_once_for_each_direction
                whatever_is_written_on_any_node_is_noted_while_changes_are_captured
                a_change_of_a_column_is_noted_too
                notes_stand_until_they_are_forgotten
            }
        }
    };
    ($fresh:path; $($group:ident { $($case:ident)* })*) => {
        $(mod $group {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $case() {
                $crate::contract::$group::$case($fresh().await).await;
            })*
        })*
    };
}

#[cfg(test)]
mod tests {
    /// A case that nobody runs proves nothing.
    #[test]
    fn every_case_is_on_the_list() {
        let list = include_str!("mod.rs");
        for file in [
            include_str!("acting.rs"),
            include_str!("addresses.rs"),
            include_str!("attempts.rs"),
            include_str!("audit.rs"),
            include_str!("challenges.rs"),
            include_str!("customers.rs"),
            include_str!("emails.rs"),
            include_str!("erasures.rs"),
            include_str!("keys.rs"),
            include_str!("logins.rs"),
            include_str!("mailed_logins.rs"),
            include_str!("maintenance.rs"),
            include_str!("passwords.rs"),
            include_str!("profiles.rs"),
            include_str!("proven.rs"),
            include_str!("refreshes.rs"),
            include_str!("sessions.rs"),
            include_str!("moves.rs"),
            include_str!("outbox.rs"),
        ] {
            let cases: Vec<_> = file.lines().filter_map(|line| line.strip_prefix("pub async fn ")).collect();
            assert!(!cases.is_empty());
            for case in cases {
                let name = case.split('(').next().unwrap();
                assert!(list.lines().any(|line| line.trim() == name), "{name} is not on the list");
            }
        }
    }
}
