public import ExampleSupport

/// What an infraction report is about.
public enum InfractionType: String, Codable, Hashable, Sendable, CaseIterable {
  case fraud = "FRAUD"
  case accountClosed = "ACCOUNT_CLOSED"
  case incorrectData = "INCORRECT_DATA"
  case unauthorizedUse = "UNAUTHORIZED_USE"
  case duplicateKey = "DUPLICATE_KEY"
  case other = "OTHER"
}

/// Where an infraction report is on its way.
public enum InfractionStatus: String, Codable, Hashable, Sendable {
  /// Recorded.
  case open = "OPEN"
  /// Somebody looks at it.
  case underInvestigation = "UNDER_INVESTIGATION"
  /// The report was right, and dealt with.
  case resolved = "RESOLVED"
  /// The report was wrong.
  case dismissed = "DISMISSED"
  /// Bacen decides.
  case escalated = "ESCALATED_TO_BACEN"

  var predecessors: [InfractionStatus] {
    switch self {
    case .open: []
    case .underInvestigation: [.open]
    case .resolved: [.open, .underInvestigation]
    case .dismissed: [.open, .underInvestigation, .escalated]
    case .escalated: [.open, .underInvestigation]
    }
  }
}

/// A participant's report about the use of a key.
public struct Infraction: Hashable, Codable, Sendable {
  /// The business id.
  public var infractionID: String
  /// The key.
  public var key: String
  /// What it is about.
  public var type: InfractionType
  /// What happened.
  public var description: String
  /// Who reports.
  public var reporterISPB: String
  /// Who is reported.
  public var reportedISPB: String?
  /// Where evidence can be read.
  public var evidenceURLs: [String] = []
  /// The entry concerned.
  public var entryID: String?
  /// The claim concerned.
  public var claimID: String?
  /// Where it is on its way.
  public var status: InfractionStatus = .open
  /// What was decided and why.
  public var resolutionNotes: String?
  /// When it was reported.
  public var reportedAt: Moment?
  /// When the investigation began.
  public var investigatedAt: Moment?
  /// When it was decided.
  public var resolvedAt: Moment?

  private enum CodingKeys: String, CodingKey {
    case infractionID = "infraction_id"
    case key, type, description
    case reporterISPB = "reporter_ispb"
    case reportedISPB = "reported_ispb"
    case evidenceURLs = "evidence_urls"
    case entryID = "related_entry_id"
    case claimID = "related_claim_id"
    case status
    case resolutionNotes = "resolution_notes"
    case reportedAt = "reported_at"
    case investigatedAt = "investigated_at"
    case resolvedAt = "resolved_at"
  }

  /// Creates a report.
  public init(
    infractionID: String, key: String, type: InfractionType, description: String, reporterISPB: String,
    reportedISPB: String? = nil, evidenceURLs: [String] = [], entryID: String? = nil, claimID: String? = nil
  ) {
    self.infractionID = infractionID
    self.key = key
    self.type = type
    self.description = description
    self.reporterISPB = reporterISPB
    self.reportedISPB = reportedISPB
    self.evidenceURLs = evidenceURLs
    self.entryID = entryID
    self.claimID = claimID
  }

  /// - Throws: ``PixError`` that names the field that is wrong.
  public func validate() throws {
    if infractionID.isEmpty || infractionID.utf8.count > 50 {
      throw PixError(.validation, "infraction_id is '\(infractionID)'; it has 1 to 50 bytes")
    }
    if key.isEmpty { throw PixError(.validation, "key is empty; give the key that the report is about") }
    if description.isEmpty { throw PixError(.validation, "description is empty; say what happened") }
    try ISPB.check(reporterISPB, field: "reporter_ispb")
    guard let reportedISPB else { return }
    try ISPB.check(reportedISPB, field: "reported_ispb")
    if reportedISPB == reporterISPB {
      throw PixError(.validation, "reported_ispb equals reporter_ispb; nobody reports themselves")
    }
  }

  /// Moves the report to a state, if its present one allows that.
  ///
  /// - Parameter notes: kept with a decision, which needs them.
  /// - Returns: whether anything changed.
  /// - Throws: ``PixError`` with `INVALID_STATE` if the step is not allowed, `VALIDATION_ERROR` without notes.
  mutating func move(to target: InfractionStatus, notes: String? = nil, at time: Moment) throws -> Bool {
    if status == target { return false }
    guard target.predecessors.contains(status) else {
      throw PixError(
        .invalidState, "infraction \(infractionID) is \(status.rawValue), which does not lead to \(target.rawValue)")
    }
    if target == .resolved || target == .dismissed, (notes ?? "").isEmpty {
      throw PixError(.validation, "resolution_notes are empty; say why infraction \(infractionID) is decided so")
    }
    status = target
    if target == .underInvestigation {
      investigatedAt = time
    } else {
      resolutionNotes = notes ?? resolutionNotes
      if target != .escalated { resolvedAt = time }
    }
    return true
  }
}
