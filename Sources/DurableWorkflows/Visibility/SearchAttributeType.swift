/// The type of a search attribute, with Temporal's names.
public enum SearchAttributeType: String, Hashable, Sendable, CaseIterable {
  /// A text that is compared as a whole.
  case keyword = "Keyword"
  /// Several texts; a comparison holds if it holds for any of them.
  case keywordList = "KeywordList"
  /// A text that is searched by its words, without regard to case.
  case text = "Text"
  /// A 64-bit integer.
  case int = "Int"
  /// A double-precision number.
  case double = "Double"
  /// `true` or `false`.
  case bool = "Bool"
  /// A point in time with nanosecond resolution.
  case datetime = "Datetime"

  /// The search attributes that Temporal defines beside those of every run.
  static let predefined: [String: SearchAttributeType] = [
    "BatcherNamespace": .keyword, "BatcherUser": .keyword, "BinaryChecksums": .keywordList, "BuildIds": .keywordList,
    "TemporalChangeVersion": .keywordList, "TemporalPauseInfo": .keywordList, "TemporalReportedProblems": .keywordList,
    "TemporalScheduledById": .keyword, "TemporalScheduledStartTime": .datetime, "TemporalSchedulePaused": .bool,
  ]
}

/// The value of a search attribute.
public enum SearchAttributeValue: Hashable, Sendable {
  /// A text that is compared as a whole.
  case keyword(String)
  /// Several texts.
  case keywordList([String])
  /// A text that is searched by its words.
  case text(String)
  /// A 64-bit integer.
  case int(Int64)
  /// A double-precision number; it must be finite.
  case double(Double)
  /// `true` or `false`.
  case bool(Bool)
  /// A point in time.
  case datetime(Timestamp)

  /// The value's type.
  public var type: SearchAttributeType {
    switch self {
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
