/// Writes the files of a query's evidence.
struct QueryEvidenceWriter {
  private let evidence: QueryEvidence
  private let context: EvidenceContext
  private let traced: Frame
  /// The original data hash with the trace columns.
  let dataHash: String
  /// The canonical data hash without them.
  let canonicalHash: String

  init(_ evidence: QueryEvidence, context: EvidenceContext) throws {
    self.evidence = evidence
    self.context = context
    traced = try evidence.frame.addingConstants(evidence.traceColumns)
    dataHash = PandasHash.hash(traced)
    canonicalHash = CanonicalHash.hash(evidence.frame)
  }

  private var moment: CivilTimestamp { evidence.extractedAt }
  private var momentText: OrderedJSON { .string(moment.text(separator: "T")) }

  func write(to builder: inout PackageBuilder) throws {
    try builder.add(EvidenceFileName.systemContext, context.json.bytes())
    try builder.add(EvidenceFileName.metadata, metadata.bytes())
    let query = evidence.statements.map(\.sql).joined(separator: "\n;\n")
    try builder.add(EvidenceFileName.query, Array((queryHeader + query).utf8))
    builder.note("QUERY_SAVED", "Query saved: \(query.count) characters", at: moment)
    if let parameters { try builder.add(EvidenceFileName.parameters, parameters.bytes()) }

    let rows = evidence.frame.rowCount
    let snapshotRows = min(rows, rows >= 1000 ? 1000 : 100)
    try builder.add(EvidenceFileName.completeData, CSVWriter(dialect: .sox).write(evidence.frame))
    try builder.add(EvidenceFileName.dataColumns, columns.bytes())
    builder.note("DATA_SAVED", "Complete data saved: \(rows) rows", at: moment)
    try builder.add(EvidenceFileName.snapshot, snapshot(rows: snapshotRows))
    builder.note("SNAPSHOT_SAVED", "Snapshot (tail) saved: \(snapshotRows) rows out of \(rows)", at: moment)
    let summary = DataSummary.json(traced, snapshotRows: snapshotRows, extractedAt: moment)
    try builder.add(EvidenceFileName.summary, summary.bytes())

    try builder.add(EvidenceFileName.integrity, integrity.bytes())
    try builder.add(EvidenceFileName.integrityHash, Array(dataHash.utf8))
    builder.note("HASH_GENERATED", "Integrity hash generated: \(dataHash.prefix(16))...", at: moment)
    try builder.add(EvidenceFileName.validation, validation.bytes())
    builder.note("VALIDATION_SAVED", "Validation results saved", at: moment)
  }

  private var queryHeader: String {
    """
    -- SQL Query Executed for IPE \(evidence.item.id)
    -- Timestamp: \(moment.text(separator: "T"))
    -- ===========================================


    """
  }

  private var metadata: OrderedJSON {
    .object([
      .init("ipe_id", .string(evidence.item.id)),
      .init("description", .string(evidence.item.description)),
      .init("cutoff_date", .string(evidence.cutoff.description)),
      .init("execution_start", .string(evidence.startedAt.text(separator: "T"))),
      .init("secret_name", .optional(evidence.secretName)),
      .init("sox_compliance_required", .bool(true)),
      .init("country", .optional(evidence.country)),
      .init("period", .string(evidence.period)),
    ])
  }

  private var parameters: OrderedJSON? {
    let bound = evidence.statements.map(\.parameters)
    guard bound.contains(where: { !$0.isEmpty }) else { return nil }
    let lists = bound.map { parameters in
      OrderedJSON.array(
        parameters.map { parameter in
          .object([.init("name", .string(parameter.name)), .init("value", Self.json(parameter.value))])
        }
      )
    }
    return .object([
      .init("cutoff_date", .string(evidence.cutoff.description)),
      .init("parameters", lists.count == 1 ? lists[0] : .array(lists)),
    ])
  }

  private static func json(_ value: SQLParameter.Value) -> OrderedJSON {
    switch value {
    case .date(let date): .string(date.description)
    case .text(let text): .string(text)
    case .integer(let number): .number(String(number))
    }
  }

  private var columns: OrderedJSON {
    .object([
      .init("dialect", .string(CSVDialect.sox.rawValue)),
      .init(
        "columns",
        .array(
          evidence.frame.columns.map { column in
            .object([.init("name", .string(column.name)), .init("type", .string(column.type.rawValue))])
          }
        )
      ),
    ])
  }

  private func snapshot(rows: Int) -> [UInt8] {
    let names = traced.columns.map { "'\($0.name)'" }.joined(separator: ", ")
    var bytes = Array(
      """
      # IPE Data Snapshot - \(evidence.item.id)
      # Total Rows: \(traced.rowCount)
      # Snapshot Rows (TAIL): \(rows)
      # Extraction Time: \(moment.text(separator: "T"))
      # Columns: [\(names)]
      #\(String(repeating: "=", count: 80))

      """.utf8
    )
    let writer = CSVWriter(dialect: .plain)
    writer.appendRecord(traced.columns.map { Optional($0.name) }, to: &bytes)
    for row in (traced.rowCount - rows)..<traced.rowCount { writer.append(row: row, of: traced, to: &bytes) }
    return bytes
  }

  private var integrity: OrderedJSON {
    .object([
      .init("algorithm", .string("SHA-256")),
      .init("hash_value", .string(dataHash)),
      .init("data_rows", .integer(traced.rowCount)),
      .init("data_columns", .integer(traced.columns.count)),
      .init("generation_timestamp", momentText),
      .init("compatible_with", .string("pandas 2.2")),
      .init("trace_columns", .object(evidence.traceColumns.map { .init($0.name, .string($0.value)) })),
      .init(
        "canonical",
        .object([
          .init("form", .string(CanonicalHash.name)), .init("hash_value", .string(canonicalHash)),
          .init("excluded_columns", .strings(evidence.traceColumns.map(\.name))),
        ])
      ),
      .init(
        "verification_instructions",
        .strings([
          "1. Sort data by all columns",
          "2. Export to CSV without index with UTF-8 encoding",
          "3. Calculate SHA-256 of resulting string",
          "4. Compare with hash_value",
        ])
      ),
    ])
  }

  private var validation: OrderedJSON {
    let report = evidence.validation
    var members = report.members
    members.append(.init("execution_time", momentText))
    members.append(.init("data_integrity_hash", .string(dataHash)))
    func passed(_ status: ValidationReport.Status) -> OrderedJSON {
      status == .skipped ? .null : .bool(status == .pass)
    }
    return .object([
      .init("ipe_id", .string(evidence.item.id)),
      .init("validation_timestamp", momentText),
      .init("validation_results", .object(members)),
      .init("quality_checks", evidence.quality.json),
      .init(
        "sox_compliance",
        .object([
          .init("completeness_test", passed(report.completeness)),
          .init("accuracy_positive_test", passed(report.positiveAccuracy)),
          .init("accuracy_negative_test", passed(report.negativeAccuracy)),
          .init("overall_compliance", .bool(report.isSuccessful)),
        ])
      ),
    ])
  }
}
