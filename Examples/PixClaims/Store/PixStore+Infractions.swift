public import ExampleSupport
internal import FoundationEssentials
internal import ODBC

extension PixStore {
  /// The infraction with an id, or `nil`.
  public func infraction(_ id: String) async throws -> Infraction? { try await read { try await $0.infraction(id) } }

  /// Records an infraction report.
  ///
  /// - Returns: the report as it is in the store; the earlier one if it was recorded before.
  @discardableResult
  public func createInfraction(_ infraction: Infraction, _ origin: ChangeOrigin) async throws -> Infraction {
    try infraction.validate()
    do {
      return try await change(origin) { transaction in
        if let known = try await transaction.infraction(infraction.infractionID) { return known }
        if let entryID = infraction.entryID, try await transaction.entry(entryID) == nil {
          throw PixError(.entryNotFound, "related_entry_id: there is no entry '\(entryID)'")
        }
        var report = infraction
        report.reportedAt = origin.now
        try await transaction.insert(report)
        try await transaction.audit(
          "infraction", report.infractionID, operation: "create", old: nil, new: report)
        try await transaction.record(
          .infraction(
            "infraction_created", report,
            [
              "type": .string(report.type.rawValue), "status": .string(report.status.rawValue),
              "reporter_participant": .string(report.reporterISPB),
              "reported_participant": .optional(report.reportedISPB),
            ]))
        return report
      }
    } catch let error as ODBCError where error.isUniqueViolation {
      if let known = try await self.infraction(infraction.infractionID) { return known }
      throw error
    }
  }

  /// Moves a report to a state.
  @discardableResult
  public func moveInfraction(
    _ id: String, to status: InfractionStatus, notes: String?, event: String, _ origin: ChangeOrigin
  ) async throws -> Infraction {
    try await change(origin) { transaction in
      let old = try await transaction.requireInfraction(id)
      var report = old
      guard try report.move(to: status, notes: notes, at: origin.now) else { return report }
      try await transaction.save(report, replacing: old, operation: status.rawValue.lowercased())
      try await transaction.record(
        .infraction(
          event, report,
          [
            "status": .string(status.rawValue), "resolution_notes": .optional(report.resolutionNotes),
            "changed_at": .time(origin.now),
          ]))
      return report
    }
  }

  /// Adds a piece of evidence; one that is there already stays as it is.
  @discardableResult
  public func addEvidence(_ url: String, toInfraction id: String, _ origin: ChangeOrigin) async throws -> Infraction {
    if url.isEmpty { throw PixError(.validation, "evidence_url is empty; give the address of the evidence") }
    return try await change(origin) { transaction in
      let old = try await transaction.requireInfraction(id)
      if old.evidenceURLs.contains(url) { return old }
      var report = old
      report.evidenceURLs.append(url)
      try await transaction.save(report, replacing: old, operation: "add_evidence")
      try await transaction.record(
        .infraction(
          "evidence_added", report,
          [
            "evidence_url": .string(url),
            "evidence_urls": .array(report.evidenceURLs.map { .string($0) }),
          ]))
      return report
    }
  }
}

extension PixTransaction {
  func infraction(_ id: String, locking: Bool = false) async throws -> Infraction? {
    // PostgreSQL's array comes as JSON; SQLite has JSON in the column.
    let urls = dialect == .postgreSQL ? "CAST(array_to_json(evidence_urls) AS TEXT)" : "evidence_urls"
    return try await rows(
      "SELECT infraction_id, key, type, description, reporter_participant, reported_participant, entry_id, claim_id, "
        + "status, resolution_notes, reported_at, investigated_at, resolved_at, \(urls) AS urls "
        + "FROM infractions WHERE infraction_id = ? AND deleted_at IS NULL", [.text(id)], locking: locking
    ).first.map(Infraction.init(row:))
  }

  func requireInfraction(_ id: String) async throws -> Infraction {
    if let infraction = try await infraction(id, locking: true) { return infraction }
    throw PixError(.infractionNotFound, "there is no infraction '\(id)'")
  }

  func insert(_ infraction: Infraction) async throws {
    try await insert(
      "infractions",
      [
        ("id", .uuid(UUID().uuidString)), ("infraction_id", .text(infraction.infractionID)),
        ("created_at", .time(now)),
      ] + infraction.cells + [("updated_at", .time(now))])
  }

  func save(_ infraction: Infraction, replacing old: Infraction, operation: String) async throws {
    try await update(
      "infractions", infraction.cells + [("updated_at", .time(now))], where: "infraction_id",
      is: infraction.infractionID)
    try await audit("infraction", infraction.infractionID, operation: operation, old: old, new: infraction)
  }
}

extension Infraction {
  /// The columns that may change.
  fileprivate var cells: [(column: String, cell: Cell)] {
    [
      ("entry_id", .text(entryID)), ("claim_id", .text(claimID)), ("key", .text(key)), ("type", .text(type.rawValue)),
      ("reporter_participant", .text(reporterISPB)), ("reported_participant", .text(reportedISPB)),
      ("status", .text(status.rawValue)), ("description", .text(description)), ("evidence_urls", .texts(evidenceURLs)),
      ("resolution_notes", .text(resolutionNotes)), ("reported_at", .time(reportedAt)),
      ("investigated_at", .time(investigatedAt)), ("resolved_at", .time(resolvedAt)),
    ]
  }

  fileprivate init(row: ODBCRow) throws {
    self.init(
      infractionID: try row.string("infraction_id"), key: try row.string("key"),
      type: try row.value("type", as: InfractionType.self), description: try row.string("description"),
      reporterISPB: try row.string("reporter_participant"), reportedISPB: try row.text("reported_participant"),
      entryID: try row.text("entry_id"), claimID: try row.text("claim_id"))
    status = try row.value("status", as: InfractionStatus.self)
    resolutionNotes = try row.text("resolution_notes")
    reportedAt = try row.moment("reported_at")
    investigatedAt = try row.moment("investigated_at")
    resolvedAt = try row.moment("resolved_at")
    if case .array(let urls) = try JSONValue(text: try row.string("urls")) { evidenceURLs = urls.compactMap(\.string) }
  }
}
