"""MiniStack's gaps, closed inside its own process before it starts; each one has a test that says when it can go.

Runs on MiniStack's interpreter, so nothing here imports third-party code or anything else of Metco. No file of the
package is changed. Whoever pins another version of MiniStack runs tests/local/test_workarounds.py first: a workaround
that no longer fits fails there, and so does one that is no longer needed.
"""

from local.workarounds import functions, grants, speed, state, streams, workflows

WORKAROUNDS = (
    functions.functions_run_on_the_layers,
    functions.functions_answer_at_once,
    functions.functions_share_a_few_processes,
    functions.functions_log_to_a_file,
    functions.logs_forget_the_oldest,
    streams.streams_honour_their_mapping,
    state.streams_survive_a_restart,
    state.mail_survives_a_restart,
    state.mail_goes_with_its_person,
    state.the_log_names_no_recipient,
    state.saved_addresses_follow_the_port,
    workflows.waiting_tasks_fail_with_their_function,
    workflows.tokens_are_granted_by_their_workflow,
    workflows.a_token_is_answered_once,
    workflows.time_outs_are_read_from_the_data,
    workflows.histories_of_old_workflows_are_short,
    workflows.workflows_survive_a_restart,
    workflows.what_failed_is_redriven,
    grants.secrets_are_referred_to_by_arn,
    grants.sending_needs_the_senders_identity,
    grants.the_loopback_counts_as_encrypted,
    speed.conditions_are_understood_once,
    speed.expressions_are_taken_apart_once,
    speed.keys_are_compared_at_a_glance,
    speed.transactions_are_granted_kind_by_kind,
    speed.requests_are_read_once_for_their_grants,
    speed.transactions_are_measured_as_they_came,
    speed.garbage_is_looked_for_less_often,
)
