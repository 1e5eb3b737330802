//! The tables of both databases, by hand, of portable types only.
//!
//! In: nothing. Out: diesel's names for tables and columns. Always holds: the order of columns is that of
//! `migrations/*/`, the same on both databases; instants are microseconds since 1970-01-01 UTC, dates are ISO text.

diesel::table! {
    councils (id) {
        id -> BigInt,
        gss_code -> Text,
        name -> Text,
        name_folded -> Text,
        district -> Text,
        county -> Text,
        current -> Bool,
        parishes -> Integer,
    }
}

diesel::table! {
    register_imports (id) {
        id -> BigInt,
        file_name -> Text,
        sha256 -> Text,
        imported_at -> BigInt,
        entries -> Integer,
        changes -> Integer,
        problems -> Integer,
    }
}

diesel::table! {
    parishes (gss_code) {
        gss_code -> Text,
        council_id -> BigInt,
        name -> Text,
        former_name -> Nullable<Text>,
        district_code -> Text,
        district -> Text,
        county -> Text,
        current -> Bool,
        council_name -> Nullable<Text>,
    }
}

diesel::table! {
    parish_versions (id) {
        id -> BigInt,
        gss_code -> Text,
        import_id -> BigInt,
        known_at -> BigInt,
        change -> Text,
        name -> Text,
        former_name -> Nullable<Text>,
        district_code -> Text,
        district -> Text,
        county -> Text,
        current -> Bool,
        council_name -> Nullable<Text>,
    }
}

diesel::table! {
    feeds (id) {
        id -> Text,
        title -> Text,
        source -> Text,
        location_shown -> Text,
        schedule -> Nullable<Text>,
        covers -> Text,
        declaration -> Text,
        declared -> Bool,
        etag -> Nullable<Text>,
        last_modified -> Nullable<Text>,
        last_sha256 -> Nullable<Text>,
        owner -> Nullable<Text>,
    }
}

diesel::table! {
    feed_expectations (feed, declared_at) {
        feed -> Text,
        declared_at -> BigInt,
        expected_every -> Nullable<Text>,
    }
}

diesel::table! {
    schedules (name) {
        name -> Text,
        cron -> Text,
        next_due_at -> BigInt,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    documents (sha256) {
        sha256 -> Text,
        bytes -> Binary,
        file_name -> Text,
        content_type -> Nullable<Text>,
        first_seen_at -> BigInt,
    }
}

diesel::table! {
    runs (id) {
        id -> BigInt,
        feed -> Text,
        trigger_kind -> Text,
        started_at -> BigInt,
        finished_at -> Nullable<BigInt>,
        status -> Text,
        sha256 -> Nullable<Text>,
        covers -> Text,
        rows_read -> Integer,
        rows_accepted -> Integer,
        rows_unchanged -> Integer,
        rows_for_review -> Integer,
        rows_rejected -> Integer,
        notes -> Text,
        code -> Nullable<Text>,
        message -> Nullable<Text>,
    }
}

diesel::table! {
    held_rows (id) {
        id -> BigInt,
        feed -> Text,
        first_run_id -> BigInt,
        last_run_id -> BigInt,
        kind -> Text,
        sheet -> Nullable<Text>,
        row_number -> Integer,
        council_named -> Text,
        reason -> Text,
        problems -> Text,
        candidates -> Text,
        raw -> Text,
        fingerprint -> Text,
        naming -> Text,
    }
}

diesel::table! {
    evidence (id) {
        id -> BigInt,
        council_id -> BigInt,
        kind -> Text,
        feed -> Text,
        run_id -> BigInt,
        record_key -> Text,
        chain -> Text,
        version -> Integer,
        event -> Nullable<Text>,
        happened_on -> Nullable<Text>,
        determined_on -> Nullable<Text>,
        known_at -> BigInt,
        standing -> Text,
        fields -> Text,
        fingerprint -> Text,
        url -> Nullable<Text>,
        written_in -> BigInt,
    }
}

diesel::table! {
    rule_sets (hash) {
        hash -> Text,
        title -> Text,
        files -> Text,
        first_used_at -> BigInt,
    }
}

diesel::table! {
    scores (id) {
        id -> BigInt,
        council_id -> BigInt,
        as_of -> Text,
        computed_at -> BigInt,
        cause -> Text,
        rule_set -> Text,
        inputs -> Text,
        band -> Text,
        previous_band -> Nullable<Text>,
        total -> BigInt,
        a -> BigInt,
        b -> BigInt,
        c -> BigInt,
        d -> BigInt,
        e -> BigInt,
        not_assessed -> Text,
        sentence -> Text,
    }
}

diesel::table! {
    standings (council_id) {
        council_id -> BigInt,
        score_id -> BigInt,
        as_of -> Text,
        band -> Text,
        band_order -> Integer,
        total -> BigInt,
        a -> BigInt,
        b -> BigInt,
        c -> BigInt,
        d -> BigInt,
        e -> BigInt,
        not_assessed -> Text,
        sentence -> Text,
        rule_set -> Text,
        inputs -> Text,
        change -> Nullable<BigInt>,
    }
}

diesel::table! {
    organisations (id) {
        id -> BigInt,
        key -> Text,
        name -> Text,
        kind -> Text,
        council_id -> Nullable<BigInt>,
        created_at -> BigInt,
        closed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    organisation_counties (organisation_id, county) {
        organisation_id -> BigInt,
        county -> Text,
    }
}

diesel::table! {
    people (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        email -> Text,
        name -> Text,
        created_at -> BigInt,
        closed_at -> Nullable<BigInt>,
        last_signed_in_at -> Nullable<BigInt>,
        second_factor -> Nullable<Text>,
        second_factor_confirmed_at -> Nullable<BigInt>,
        second_factor_step -> Nullable<BigInt>,
    }
}

diesel::table! {
    person_roles (person_id, role) {
        person_id -> BigInt,
        role -> Text,
    }
}

diesel::table! {
    recovery_codes (person_id, code_hash) {
        person_id -> BigInt,
        code_hash -> Text,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    openid_subjects (issuer, subject) {
        issuer -> Text,
        subject -> Text,
        person_id -> BigInt,
        linked_at -> BigInt,
    }
}

diesel::table! {
    sign_in_links (id) {
        id -> BigInt,
        person_id -> BigInt,
        token_hash -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        token_hash -> Text,
        person_id -> BigInt,
        opened_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
        second_factor -> Bool,
        wrong_codes -> Integer,
        closed_at -> Nullable<BigInt>,
        opened_by -> Text,
        opened_from -> Text,
    }
}

diesel::table! {
    api_keys (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        name -> Text,
        role -> Text,
        actions -> Text,
        prefix -> Text,
        key_hash -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        last_used_at -> Nullable<BigInt>,
        replaces -> Nullable<BigInt>,
    }
}

diesel::table! {
    audit_log (position) {
        position -> BigInt,
        at -> BigInt,
        actor -> Text,
        organisation_id -> Nullable<BigInt>,
        origin -> Text,
        action -> Text,
        subject -> Text,
        details -> Text,
        previous -> Text,
        hash -> Text,
    }
}

diesel::table! {
    published_figures (as_of) {
        as_of -> Text,
        published_at -> BigInt,
        figures -> Text,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        kind -> Text,
        message_key -> Text,
        recipient_sha256 -> Text,
        content -> Nullable<Text>,
        state -> Text,
        queued_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        attempts -> Integer,
        next_attempt_at -> BigInt,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
    }
}

diesel::table! {
    pseudonym_keys (id) {
        id -> BigInt,
        secret -> Binary,
        made_at -> BigInt,
    }
}

diesel::table! {
    past_scores (id) {
        id -> BigInt,
        pseudonym -> Text,
        county -> Text,
        as_of -> Text,
        replaced_on -> Text,
        rule_set -> Text,
        band -> Text,
        total -> BigInt,
        a -> BigInt,
        b -> BigInt,
        c -> BigInt,
        d -> BigInt,
        e -> BigInt,
        not_assessed -> Text,
    }
}

diesel::table! {
    removals (id) {
        id -> BigInt,
        class -> Text,
        what_was_done -> Text,
        rule -> Text,
        cutoff_on -> Text,
        how_many -> BigInt,
        first_key -> Text,
        last_key -> Text,
        applied_at -> BigInt,
        actor -> Text,
    }
}

diesel::table! {
    removed_evidence (feed, fingerprint) {
        feed -> Text,
        fingerprint -> Text,
        removed_on -> Text,
    }
}

diesel::table! {
    contacts (id) {
        id -> BigInt,
        first_id -> Nullable<BigInt>,
        council_id -> BigInt,
        post -> Text,
        name -> Nullable<Text>,
        email -> Nullable<Text>,
        telephone -> Nullable<Text>,
        source -> Text,
        kept_since -> BigInt,
        ended_at -> Nullable<BigInt>,
        erased_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    redactions (id) {
        id -> BigInt,
        at -> BigInt,
        actor -> Text,
        organisation_id -> Nullable<BigInt>,
        kind -> Text,
        target -> Text,
        feed -> Nullable<Text>,
        council_id -> Nullable<BigInt>,
        place -> Text,
        mark -> BigInt,
        salt -> Text,
        text_hash -> Text,
        reason -> Text,
    }
}

diesel::table! {
    waivers (id) {
        id -> BigInt,
        feed -> Text,
        record_key -> Text,
        code -> Text,
        why -> Text,
        until -> Text,
        made_at -> BigInt,
        made_by -> Text,
        organisation_id -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
        ended_by -> Nullable<Text>,
    }
}

diesel::joinable!(waivers -> organisations (organisation_id));

diesel::table! {
    rule_drafts (id) {
        id -> BigInt,
        rule_set -> Text,
        title -> Text,
        files -> Text,
        based_on -> Text,
        why -> Text,
        drafted_by -> Text,
        drafted_at -> BigInt,
    }
}

diesel::table! {
    rule_draft_decisions (id) {
        id -> BigInt,
        draft_id -> BigInt,
        decision -> Text,
        why -> Text,
        decided_by -> Text,
        decided_at -> BigInt,
    }
}

diesel::table! {
    rule_publications (id) {
        id -> BigInt,
        rule_set -> Text,
        draft_id -> BigInt,
        why -> Text,
        published_by -> Text,
        published_at -> BigInt,
    }
}

diesel::table! {
    aliases (id) {
        id -> BigInt,
        feed -> Text,
        naming -> Text,
        written -> Text,
        council_id -> Nullable<BigInt>,
        decided_by -> Text,
        decided_at -> BigInt,
        run_id -> BigInt,
        ended_by -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    mendings (id) {
        id -> BigInt,
        feed -> Text,
        held_row_id -> BigInt,
        cells -> Text,
        outcome -> Text,
        follows_id -> Nullable<BigInt>,
        run_id -> BigInt,
        mended_by -> Text,
        mended_at -> BigInt,
        ended_by -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    run_undos (run_id) {
        run_id -> BigInt,
        feed -> Text,
        undone_by_run -> BigInt,
        sha256 -> Nullable<Text>,
        reason -> Text,
        undone_by -> Text,
        undone_at -> BigInt,
        allowed_by -> Nullable<Text>,
        allowed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    submissions (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        feed -> Text,
        run_id -> Nullable<BigInt>,
        actor -> Text,
        received_at -> BigInt,
        financial_year -> Integer,
        status -> Text,
        sha256 -> Text,
        receipt -> Text,
        withdrawn_at -> Nullable<BigInt>,
        withdrawn_by -> Nullable<Text>,
        withdrawn_because -> Nullable<Text>,
    }
}

diesel::table! {
    submission_keys (organisation_id, idempotency_key) {
        organisation_id -> BigInt,
        idempotency_key -> Text,
        request_sha256 -> Text,
        submission_id -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    source_versions (feed, record_key) {
        feed -> Text,
        record_key -> Text,
        version -> BigInt,
    }
}

diesel::table! {
    corrections (id) {
        id -> BigInt,
        organisation_id -> BigInt,
        council_id -> BigInt,
        old_evidence_id -> BigInt,
        new_evidence_id -> BigInt,
        because -> Text,
        recorded_at -> BigInt,
        seen_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    folder_files (feed, file_name, sha256) {
        feed -> Text,
        sha256 -> Text,
        file_name -> Text,
        bytes -> BigInt,
        modified_at -> BigInt,
        outcome -> Text,
        run_id -> Nullable<BigInt>,
        seen_at -> BigInt,
    }
}

diesel::table! {
    feed_baselines (feed) {
        feed -> Text,
        run_id -> BigInt,
        rows_read -> Integer,
        headings -> Text,
    }
}

diesel::table! {
    run_holds (run_id) {
        run_id -> BigInt,
        feed -> Text,
        sha256 -> Text,
        reason -> Text,
        held_at -> BigInt,
        decision -> Nullable<Text>,
        decided_at -> Nullable<BigInt>,
        decided_by -> Nullable<Text>,
        decision_reason -> Nullable<Text>,
    }
}

diesel::joinable!(parishes -> councils (council_id));
diesel::joinable!(evidence -> councils (council_id));
diesel::joinable!(standings -> councils (council_id));
diesel::joinable!(scores -> councils (council_id));
diesel::joinable!(people -> organisations (organisation_id));
diesel::joinable!(person_roles -> people (person_id));
diesel::joinable!(openid_subjects -> people (person_id));
diesel::joinable!(sessions -> people (person_id));
diesel::joinable!(sign_in_links -> people (person_id));
diesel::joinable!(corrections -> councils (council_id));
diesel::joinable!(submissions -> organisations (organisation_id));
diesel::joinable!(api_keys -> organisations (organisation_id));
diesel::allow_tables_to_appear_in_same_query!(
    councils,
    register_imports,
    parishes,
    parish_versions,
    feeds,
    schedules,
    documents,
    runs,
    held_rows,
    evidence,
    rule_sets,
    scores,
    standings,
    organisations,
    organisation_counties,
    people,
    person_roles,
    recovery_codes,
    openid_subjects,
    sign_in_links,
    sessions,
    api_keys,
    audit_log,
    published_figures,
    pseudonym_keys,
    past_scores,
    removals,
    removed_evidence,
    contacts,
    redactions,
    waivers,
    aliases,
    mendings,
    run_undos,
    submissions,
    submission_keys,
    source_versions,
    corrections,
    folder_files,
    feed_baselines,
    run_holds,
    feed_expectations,
    rule_drafts,
    rule_draft_decisions,
    rule_publications
);
diesel::allow_columns_to_appear_in_same_group_by_clause!(councils::county, standings::band);
diesel::allow_columns_to_appear_in_same_group_by_clause!(councils::county, standings::not_assessed);
