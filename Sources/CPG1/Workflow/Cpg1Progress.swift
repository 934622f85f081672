/// How far a run has come; the answer to the queries `progress` and `getState`.
public struct Cpg1Progress: Sendable, Hashable, Codable {
  /// `in_progress`, `completed` or `failed`.
  public var status = "in_progress"
  /// The step that is under way.
  public var step = "starting"
  /// The steps that are done, in the order in which they ended.
  public var completedSteps: [String] = []
  /// How many activities the run has in all.
  public var total = 0
  /// How many of them are done.
  public var done = 0
  /// 0 to 100.
  public var percent: Int { total == 0 ? 0 : done * 100 / total }
  /// Per item or bridge: `running`, `failed`, or `completed` with the rows.
  public var items: [String: String] = [:]

  private enum CodingKeys: String, CodingKey {
    case status, step, total, done, percent, items
    case completedSteps = "completed_steps"
  }

  /// Nothing done yet.
  public init() {}

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    status = try container.decode(String.self, forKey: .status)
    step = try container.decode(String.self, forKey: .step)
    completedSteps = try container.decode([String].self, forKey: .completedSteps)
    total = try container.decode(Int.self, forKey: .total)
    done = try container.decode(Int.self, forKey: .done)
    items = try container.decode([String: String].self, forKey: .items)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(status, forKey: .status)
    try container.encode(step, forKey: .step)
    try container.encode(completedSteps, forKey: .completedSteps)
    try container.encode(total, forKey: .total)
    try container.encode(done, forKey: .done)
    try container.encode(percent, forKey: .percent)
    try container.encode(items, forKey: .items)
  }
}
