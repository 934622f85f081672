public import ExampleSupport

/// How an investigation ends.
public enum InvestigationDecision: String, Codable, Hashable, Sendable {
  /// The report was right, and dealt with.
  case resolve = "RESOLVE"
  /// The report was wrong.
  case dismiss = "DISMISS"
  /// Bacen decides.
  case escalate = "ESCALATE"
}

/// The input of ``InvestigateInfractionWorkflow``.
public struct InfractionInput: Codable, Hashable, Sendable {
  /// The business id.
  @OrEmpty public var infractionID: String
  /// The key.
  @OrEmpty public var key: String
  /// An ``InfractionType``.
  @OrEmpty public var type: String
  /// What happened.
  @OrEmpty public var description: String
  /// Who reports.
  @OrEmpty public var reporterISPB: String
  /// Who is reported.
  public var reportedISPB: String?
  /// Where evidence can be read.
  public var evidenceURLs: [String]?
  /// The entry concerned.
  public var entryID: String?
  /// The claim concerned.
  public var claimID: String?
  /// How many seconds a day has; less than 86,400 to try things out.
  public var daySeconds: Double?

  private enum CodingKeys: String, CodingKey {
    case infractionID = "infraction_id"
    case key, type, description
    case reporterISPB = "reporter_ispb"
    case reportedISPB = "reported_ispb"
    case evidenceURLs = "evidence_urls"
    case entryID = "related_entry_id"
    case claimID = "related_claim_id"
    case daySeconds = "day_seconds"
  }

  /// Creates an input.
  public init(infractionID: String, key: String, type: InfractionType, description: String, reporterISPB: String) {
    self.infractionID = infractionID
    self.key = key
    self.type = type.rawValue
    self.description = description
    self.reporterISPB = reporterISPB
  }

  /// The report to be recorded.
  ///
  /// - Throws: ``PixError`` that names the field that is wrong.
  func infraction() throws -> Infraction {
    guard let type = InfractionType(rawValue: type) else {
      let known = InfractionType.allCases.map(\.rawValue).joined(separator: ", ")
      throw PixError(.validation, "type is '\(self.type)'; write one of \(known)")
    }
    let report = Infraction(
      infractionID: infractionID, key: key, type: type, description: description, reporterISPB: reporterISPB,
      reportedISPB: reportedISPB, evidenceURLs: evidenceURLs ?? [], entryID: entryID, claimID: claimID)
    try report.validate()
    return report
  }
}

/// The signal `evidence_added`.
public struct EvidenceAdded: Codable, Hashable, Sendable {
  /// Where it can be read.
  public var evidenceURL: String
  /// Who found it.
  public var uploadedBy: String?
  /// What it shows.
  public var description: String?

  private enum CodingKeys: String, CodingKey {
    case evidenceURL = "evidence_url"
    case uploadedBy = "uploaded_by"
    case description
  }

  /// Creates a piece of evidence.
  public init(evidenceURL: String, uploadedBy: String? = nil, description: String? = nil) {
    self.evidenceURL = evidenceURL
    self.uploadedBy = uploadedBy
    self.description = description
  }
}

/// The signal `investigation_complete`.
public struct InvestigationComplete: Codable, Hashable, Sendable {
  /// An ``InvestigationDecision``.
  public var decision: String
  /// Why.
  public var notes: String?

  /// Creates a decision.
  public init(decision: String, notes: String? = nil) {
    self.decision = decision
    self.notes = notes
  }
}

/// The answer to `getState`, and the output, of ``InvestigateInfractionWorkflow``.
public struct InfractionResult: Codable, Hashable, Sendable {
  /// The business id.
  public var infractionID = ""
  /// Where the report is on its way.
  public var status: InfractionStatus = .open
  /// The decision, as it was given.
  public var decision: String?
  /// When it was decided.
  public var completedAt: Moment?
  /// Why it was decided so.
  public var resolutionNotes: String?
  /// Whether Bacen was told to decide.
  public var escalatedToBacen = false
  /// What happened, for people.
  public var message = ""

  private enum CodingKeys: String, CodingKey {
    case infractionID = "infraction_id"
    case status, decision
    case completedAt = "completed_at"
    case resolutionNotes = "resolution_notes"
    case escalatedToBacen = "escalated_to_bacen"
    case message
  }
}
