internal import ExampleSupport

/// The tables. Types in braces differ between databases; see ``SQLDialect/translate(_:)``.
///
/// A soft-deleted key can be registered again, so uniqueness holds among the rows that are not deleted. The tables that
/// grow are not partitioned: a unique event or report id could not be guaranteed then. Old rows are found by the
/// indexes on `created_at`.
enum Tables {
  static let claimsAndEntries = """
    CREATE TABLE claims (
      id {UUID} PRIMARY KEY,
      claim_id VARCHAR(50) NOT NULL UNIQUE,
      entry_id VARCHAR(50) NOT NULL,
      type VARCHAR(20) NOT NULL CHECK (type IN ('OWNERSHIP', 'PORTABILITY')),
      key VARCHAR(255) NOT NULL,
      key_type VARCHAR(20) NOT NULL CHECK (key_type IN ('CPF', 'CNPJ', 'EMAIL', 'PHONE', 'EVP')),
      status VARCHAR(30) NOT NULL CHECK (status IN ('OPEN', 'WAITING_RESOLUTION', 'CONFIRMED', 'COMPLETED',
        'CANCELLED', 'EXPIRED', 'PENDING', 'TRANSFER_FAILED')),
      donor_participant VARCHAR(8) NOT NULL,
      claimer_participant VARCHAR(8) NOT NULL,
      claimer_account_branch VARCHAR(10),
      claimer_account_number VARCHAR(20),
      claimer_account_type VARCHAR(20) CHECK (claimer_account_type IN ('CACC', 'SLRY', 'SVGS', 'TRAN')),
      bacen_claim_id VARCHAR(80),
      correlation_id VARCHAR(80),
      completion_period_end {TIME} NOT NULL,
      claim_expiry_date {TIME} NOT NULL,
      confirmed_at {TIME},
      completed_at {TIME},
      cancelled_at {TIME},
      expired_at {TIME},
      auto_confirmed {BOOL} NOT NULL,
      cancellation_reason TEXT,
      notes TEXT,
      created_at {TIME} NOT NULL,
      updated_at {TIME} NOT NULL,
      deleted_at {TIME},
      CHECK (donor_participant <> claimer_participant)
    );
    CREATE UNIQUE INDEX claims_open_key ON claims (key)
      WHERE deleted_at IS NULL AND status IN ('OPEN', 'WAITING_RESOLUTION', 'CONFIRMED', 'TRANSFER_FAILED');
    CREATE INDEX claims_by_status ON claims (status, created_at);
    CREATE TABLE entries (
      id {UUID} PRIMARY KEY,
      entry_id VARCHAR(50) NOT NULL UNIQUE,
      key VARCHAR(255) NOT NULL,
      key_type VARCHAR(20) NOT NULL CHECK (key_type IN ('CPF', 'CNPJ', 'EMAIL', 'PHONE', 'EVP')),
      participant VARCHAR(8) NOT NULL,
      account_branch VARCHAR(10),
      account_number VARCHAR(20),
      account_type VARCHAR(20) NOT NULL CHECK (account_type IN ('CACC', 'SLRY', 'SVGS', 'TRAN')),
      account_opened_date DATE,
      owner_type VARCHAR(20) NOT NULL CHECK (owner_type IN ('NATURAL_PERSON', 'LEGAL_PERSON')),
      owner_name VARCHAR(255) NOT NULL,
      owner_tax_id VARCHAR(14) NOT NULL,
      status VARCHAR(30) NOT NULL CHECK (status IN ('ACTIVE', 'INACTIVE', 'BLOCKED', 'PORTABILITY_PENDING',
        'OWNERSHIP_CHANGE_PENDING')),
      registered_at {TIME} NOT NULL,
      activated_at {TIME},
      deactivated_at {TIME},
      reason_for_status_change TEXT,
      bacen_entry_id VARCHAR(80),
      created_at {TIME} NOT NULL,
      updated_at {TIME} NOT NULL,
      deleted_at {TIME}
    );
    CREATE UNIQUE INDEX entries_key ON entries (key) WHERE deleted_at IS NULL;
    CREATE INDEX entries_by_participant ON entries (participant, key);
    """

  static let infractionsAndReports = """
    CREATE TABLE infractions (
      id {UUID} PRIMARY KEY,
      infraction_id VARCHAR(50) NOT NULL UNIQUE,
      entry_id VARCHAR(50) REFERENCES entries (entry_id),
      claim_id VARCHAR(50),
      key VARCHAR(255) NOT NULL,
      type VARCHAR(50) NOT NULL,
      reporter_participant VARCHAR(8) NOT NULL,
      reported_participant VARCHAR(8),
      status VARCHAR(30) NOT NULL CHECK (status IN ('OPEN', 'UNDER_INVESTIGATION', 'RESOLVED', 'DISMISSED',
        'ESCALATED_TO_BACEN')),
      description TEXT NOT NULL,
      evidence_urls {TEXTS} NOT NULL,
      resolution_notes TEXT,
      reported_at {TIME} NOT NULL,
      investigated_at {TIME},
      resolved_at {TIME},
      created_at {TIME} NOT NULL,
      updated_at {TIME} NOT NULL,
      deleted_at {TIME}
    );
    CREATE INDEX infractions_by_key ON infractions (key, status);
    CREATE TABLE sync_reports (
      id {UUID} PRIMARY KEY,
      sync_id VARCHAR(50) NOT NULL UNIQUE,
      sync_type VARCHAR(20) NOT NULL CHECK (sync_type IN ('FULL', 'INCREMENTAL')),
      sync_timestamp {TIME} NOT NULL,
      participant_ispb VARCHAR(8) NOT NULL,
      entries_fetched INTEGER NOT NULL,
      entries_synced INTEGER NOT NULL,
      entries_created INTEGER NOT NULL,
      entries_updated INTEGER NOT NULL,
      entries_deleted INTEGER NOT NULL,
      discrepancies_found INTEGER NOT NULL,
      discrepancies_failed INTEGER NOT NULL,
      missing_local INTEGER NOT NULL,
      outdated_local INTEGER NOT NULL,
      missing_bacen INTEGER NOT NULL,
      status VARCHAR(20) NOT NULL CHECK (status IN ('COMPLETED', 'PARTIAL', 'FAILED')),
      duration_ms INTEGER NOT NULL,
      error_message TEXT,
      error_code VARCHAR(50),
      metadata {JSON},
      created_at {TIME} NOT NULL,
      updated_at {TIME} NOT NULL
    );
    CREATE INDEX sync_reports_by_age ON sync_reports (created_at);
    """

  static let auditAndEvents = """
    CREATE TABLE audit_logs (
      id {UUID} PRIMARY KEY,
      entity_type VARCHAR(30) NOT NULL,
      entity_id VARCHAR(50) NOT NULL,
      operation VARCHAR(50) NOT NULL,
      actor TEXT NOT NULL,
      old_values {JSON},
      new_values {JSON},
      changes {JSON},
      occurred_at {TIME} NOT NULL
    );
    CREATE INDEX audit_logs_by_entity ON audit_logs (entity_type, entity_id, occurred_at);
    CREATE INDEX audit_logs_by_age ON audit_logs (occurred_at);
    CREATE TABLE event_logs (
      {SEQUENCE}
      id {UUID} PRIMARY KEY,
      event_id TEXT NOT NULL UNIQUE,
      event_type VARCHAR(100) NOT NULL,
      aggregate_type VARCHAR(30) NOT NULL,
      aggregate_id TEXT NOT NULL,
      payload {JSON} NOT NULL,
      published {BOOL} NOT NULL DEFAULT {FALSE},
      published_at {TIME},
      publish_attempts INTEGER NOT NULL DEFAULT 0,
      last_publish_error TEXT,
      created_at {TIME} NOT NULL
    );
    CREATE INDEX event_logs_unpublished ON event_logs (created_at) WHERE published = {FALSE};
    CREATE INDEX event_logs_by_age ON event_logs (created_at);
    """
}
