/// One row of the test plan: a kind of misfortune, done very often, and what must hold after each.
protocol ReliabilityRow: Sendable {
  /// The letter of the row.
  var id: String { get }
  /// What the row does, in a few words.
  var title: String { get }
  /// The lines of the durability contract, from 1, that the row shows.
  var contractLines: [Int] { get }
  /// Whether the row runs for a given time rather than a given number of units; `--all` leaves it out.
  var isEndless: Bool { get }

  /// Does the row's work. What is wrong with the tested code goes into the result's failures; an error means that the
  /// row itself could not do its work. Both end the command with status 1.
  func run(_ order: RowOrder) async throws -> RowResult
}

extension ReliabilityRow {
  var isEndless: Bool { false }
}

/// How much a row is to do, and from which seed.
struct RowOrder: Sendable {
  /// How much to do.
  var size: RunSize
  /// What every choice of the row is drawn from: equal orders, equal runs.
  var seed: UInt64
  /// How long a row that runs by time goes on, in minutes; `nil` for its own default.
  var minutes: Double?
  /// One case to do alone, in the row's own notation, from a failure's reproducing command.
  var onlyCase: String?
  /// An empty directory for the row's files, removed after the run.
  var scratch: String

  /// The command that runs the row again, with one case alone if it has a name.
  func command(row: String, onlyCase: String? = nil) -> String {
    "Tests/reliability run --row \(row) --size \(size) --seed \(seed)" + (onlyCase.map { " --case '\($0)'" } ?? "")
  }
}

/// How much a row does.
enum RunSize: Sendable, Hashable, CustomStringConvertible {
  /// What continuous integration runs.
  case ci
  /// A part of that, between 0 and 1.
  case share(Double)
  /// Ten times that.
  case tenfold
  /// This many units: cuts, damages, runs, states, seeds, whatever the row counts.
  case units(Int)

  init?(argument: String) {
    switch argument {
    case "ci": self = .ci
    case "tenfold": self = .tenfold
    default:
      if let count = Int(argument), count > 0 {
        self = .units(count)
      } else if let share = Double(argument), share > 0, share < 1 {
        self = .share(share)
      } else {
        return nil
      }
    }
  }

  /// The number of units for a row that does `ci` of them in continuous integration.
  func units(ci: Int) -> Int {
    switch self {
    case .ci: ci
    case .share(let share): max(1, Int(Double(ci) * share))
    case .tenfold: ci * 10
    case .units(let count): count
    }
  }

  /// How often it is what continuous integration runs; 1 for a number of units.
  var share: Double {
    switch self {
    case .ci, .units: 1
    case .share(let share): share
    case .tenfold: 10
    }
  }

  var description: String {
    switch self {
    case .ci: "ci"
    case .share(let share): "\(share)"
    case .tenfold: "tenfold"
    case .units(let count): String(count)
    }
  }
}
