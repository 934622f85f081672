/// The two earlier definitions of the timing difference, for comparison with earlier months.
///
/// Both match voucher ids as written, whatever the company, and add local currencies as they are.
public struct EarlierTimingDifference: Sendable {
  /// Which definition.
  public enum Definition: String, Sendable, Hashable, Codable {
    /// Jdash minus DOC_VOUCHER_USAGE by voucher, in either file; lines that are not zero.
    case jdashAgainstUsage
    /// IPE_08 minus Jdash for every inactive, non-marketing voucher row created in the year up to the start of the
    /// cutoff day; lines above 0.01.
    case vouchersAgainstJdash
  }

  /// One line.
  public struct Line: Sendable, Hashable {
    /// Row of IPE_08, nil for the first definition.
    public let row: Int?
    /// Voucher id.
    public let id: String
    /// The difference.
    public let variance: ExactDecimal
  }

  /// The definition used.
  public let definition: Definition
  /// The lines kept.
  public let lines: [Line]
  /// Their sum over all currencies.
  public let amountLCY: ExactDecimal

  static let purposes: Set<String> = ["apology_v2", "jforce", "refund", "store_credit", "Jpay store_credit"]
  static let tolerance = ExactDecimal(coefficient: 1, scale: 2)

  /// Jdash against the usage documents.
  public init(usage frame: Frame, jdash: JdashFile) throws {
    let item = "DOC_VOUCHER_USAGE"
    let ids = frame.mapTexts(column: try frame.require("id", "voucher_code", in: item), missing: nil) { Optional($0) }
    let amountColumn = try frame.require("TotalAmountUsed", "TotalUsageAmount", in: item)
    let used = try frame.amounts(column: amountColumn, in: item)
    var variances = try Self.amountsByID(jdash)
    for row in 0..<frame.rowCount {
      guard let id = ids[row] else { continue }
      variances[id] = try (variances[id] ?? .zero).subtracting(used.value(row) ?? .zero)
    }
    let lines = variances.filter { !$0.value.isZero }.map { Line(row: nil, id: $0.key, variance: $0.value) }
      .sorted { codePointOrder($0.id, $1.id) }
    try self.init(.jdashAgainstUsage, lines: lines)
  }

  /// The issued vouchers against Jdash.
  public init(ipe08 frame: Frame, jdash: JdashFile, cutoff: CivilDate) throws {
    let item = "IPE_08"
    let ids = frame.mapTexts(column: try frame.require("id", in: item), missing: nil) { Optional($0) }
    let purpose = frame.rows(column: try frame.require("business_use", in: item)) { Self.purposes.contains($0) }
    let inactive = frame.rows(purpose, zeroIn: try frame.require("is_active", in: item))
    let created = try frame.moments(column: try frame.require("created_at", in: item), in: item)
    let used = try frame.amounts(column: try frame.require("TotalAmountUsed", in: item), in: item)
    let window = CivilTimestamp(cutoff.yearEarlier).microseconds...CivilTimestamp(cutoff).microseconds
    let jdashUsed = try Self.amountsByID(jdash)
    var lines: [Line] = []
    for row in inactive where window.contains(created[row]) {
      let other = ids[row].flatMap { jdashUsed[$0] } ?? .zero
      let variance = try (used.value(row) ?? .zero).subtracting(other)
      if variance.magnitude > Self.tolerance { lines.append(Line(row: row, id: ids[row] ?? "", variance: variance)) }
    }
    try self.init(.vouchersAgainstJdash, lines: lines)
  }

  private init(_ definition: Definition, lines: [Line]) throws {
    self.definition = definition
    self.lines = lines
    amountLCY = try lines.reduce(.zero) { try $0.adding($1.variance) }
  }

  private static func amountsByID(_ jdash: JdashFile) throws -> [String: ExactDecimal] {
    var amounts: [String: ExactDecimal] = [:]
    for (id, amount) in jdash.rows {
      guard let id else { continue }
      amounts[id] = try (amounts[id] ?? .zero).adding(amount ?? .zero)
    }
    return amounts
  }
}
