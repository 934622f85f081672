internal import Foundation
internal import Measuring

/// One function of the control C-PG-1 per process; the result is one line of JSON. `Benchmarks/cpg1` runs them all.
@main
struct CPG1Benchmarks {
  private static let usage = """
    usage: CPG1Benchmarks COMMAND [--rows 1000000] [--rounds 7] [--seed 1]

      categories       the categories of the voucher ledger lines (CR_03, with IPE_08 and DOC_VOUCHER_USAGE)
      classification   the bridge of every collection line (IPE_31)
      groups           customers with several posting groups (IPE_07)
      vtc              deactivated vouchers without a cancelling line (IPE_08 and categorised CR_03)

    Every table has so many rows, made from the seed. Times are those of the function alone.
    """

  static func main() {
    do {
      let arguments = try CommandArguments(Array(CommandLine.arguments.dropFirst()))
      guard let command = commands[arguments.command] else { throw BenchmarkError(usage) }
      let size = Measurement(
        rows: try arguments.number("rows", default: 1_000_000),
        rounds: try arguments.number("rounds", default: 7),
        seed: UInt64(try arguments.number("seed", default: 1)))
      try printJSON(try command(size))
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }

  private static let commands: [String: @Sendable (Measurement) throws -> Measurement.Result] = [
    "categories": Functions.categories,
    "classification": Functions.classification,
    "groups": Functions.groups,
    "vtc": Functions.vtc,
  ]
}
