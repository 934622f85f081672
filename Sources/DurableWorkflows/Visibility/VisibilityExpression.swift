/// An attribute that every run has, with Temporal's name.
enum VisibilityAttribute: String, Hashable, Sendable, CaseIterable {
  case workflowID = "WorkflowId"
  case runID = "RunId"
  case workflowType = "WorkflowType"
  case taskQueue = "TaskQueue"
  case status = "ExecutionStatus"
  case startTime = "StartTime"
  case executionTime = "ExecutionTime"
  /// Open runs have none.
  case closeTime = "CloseTime"
  /// From the execution time to the close time; open runs have none.
  case executionDuration = "ExecutionDuration"
  /// Open runs have none: it changes with every step.
  case historyLength = "HistoryLength"
  /// Open runs have none.
  case historySizeBytes = "HistorySizeBytes"
  case parentWorkflowID = "ParentWorkflowId"
  case parentRunID = "ParentRunId"
  /// The run itself if it has no parent.
  case rootWorkflowID = "RootWorkflowId"
  case rootRunID = "RootRunId"
  /// No run of an engine has one.
  case namespaceDivision = "TemporalNamespaceDivision"

  private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue.lowercased(), $0) })

  /// The attribute of a name; case does not matter.
  init?(name: String) {
    guard let attribute = VisibilityAttribute.byName[name.lowercased()] else { return nil }
    self = attribute
  }
}

/// What a condition, an order or a grouping is about.
enum VisibilityField: Hashable, Sendable {
  case attribute(VisibilityAttribute)
  /// A search attribute of the application.
  case custom(String, SearchAttributeType)

  /// How values of a field are compared and written.
  enum Kind: Hashable, Sendable {
    case keyword, keywordList, text, int, double, bool, datetime, status, duration
  }

  var kind: Kind {
    switch self {
    case .attribute(let attribute):
      switch attribute {
      case .workflowID, .runID, .workflowType, .taskQueue, .parentWorkflowID, .parentRunID, .rootWorkflowID, .rootRunID,
        .namespaceDivision:
        .keyword
      case .status: .status
      case .startTime, .executionTime, .closeTime: .datetime
      case .executionDuration: .duration
      case .historyLength, .historySizeBytes: .int
      }
    case .custom(_, let type):
      switch type {
      case .keyword: .keyword
      case .keywordList: .keywordList
      case .text: .text
      case .int: .int
      case .double: .double
      case .bool: .bool
      case .datetime: .datetime
      }
    }
  }

  var name: String {
    switch self {
    case .attribute(let attribute): attribute.rawValue
    case .custom(let name, _): name
    }
  }
}

/// A value that a field is compared with: of the field's kind. Times and durations are integers, in nanoseconds; a
/// status is its number.
enum VisibilityValue: Hashable, Sendable {
  case text(String)
  case int(Int64)
  case double(Double)
  case bool(Bool)
}

/// A comparison; the others are made of these and of negation.
enum VisibilityComparison: Hashable, Sendable {
  case equal, less, lessOrEqual, greater, greaterOrEqual
}

/// The condition of a query.
///
/// Logic has three values, as in SQL: a comparison with an attribute that a run does not have is unknown, and so is its
/// negation; a run matches where the whole is true.
indirect enum VisibilityExpression: Hashable, Sendable {
  /// All hold; without any, every run matches.
  case and([VisibilityExpression])
  case or([VisibilityExpression])
  case not(VisibilityExpression)
  case compare(VisibilityField, VisibilityComparison, VisibilityValue)
  case isIn(VisibilityField, [VisibilityValue])
  case startsWith(VisibilityField, String)
  case isNull(VisibilityField)
}

/// A parsed query.
struct VisibilityQuery: Hashable, Sendable {
  struct Order: Hashable, Sendable {
    var field: VisibilityField
    var isDescending: Bool
  }

  var filter: VisibilityExpression = .and([])
  /// Empty means the default: open runs first, by start; then closed ones by close; the newest first.
  var order: [Order] = []
  var grouping: VisibilityField?
}
