internal import DurableWorkflows
internal import Synchronization

/// A workflow as a value, with everything that happens to it from outside: what the property tests draw at random.
///
/// All times are in nanoseconds, and those of what happens from outside count from the start of the first run.
struct Program: Hashable, Sendable {
  /// What `run` does.
  indirect enum Step: Hashable, Sendable {
    case value(Int)
    case fail(Int)
    case sleep(Int64)
    /// Runs the activity of this number in ``Program/activities``.
    case activity(Int)
    /// The same as a local activity.
    case localActivity(Int)
    /// Records a value that would be another one if it were drawn again.
    case sideEffect(Int)
    /// Runs the child of this number in ``Program/children``.
    case child(Int)
    /// Goes on as a new run, with this root in ``Program/continuations``.
    case continueAsNew(Int)
    /// Waits until so many messages of a channel are handled.
    case messages(channel: Int, count: Int, timeout: Int64?)
    /// One after the other.
    case sequence([Step])
    /// All at once in a task group; the first error cancels the rest.
    case parallel([Step])
    /// The first one in a task group that ends, in whatever way; the rest is cancelled.
    case race([Step])
    /// Two at once with `async let`.
    case pair(Step, Step)
    /// A step with a deadline.
    case timeout(Int64, Step)
    /// A step whose error becomes a value.
    case catching(Step)
    /// A step in a task of its own that is cancelled after a time.
    case cancelled(after: Int64, Step)
    /// A step that cancellation does not reach.
    case shielded(Step)
  }

  /// How an activity behaves and how it is called.
  struct Activity: Hashable, Sendable {
    /// One attempt; the last one is repeated.
    struct Attempt: Hashable, Sendable {
      enum Ending: Hashable, Sendable {
        case success(Int)
        case failure(type: Int, isNonRetryable: Bool, nextDelay: Int64?)
      }
      var duration: Int64
      var ending: Ending
    }

    var attempts: [Attempt]
    var startToClose: Int64
    var scheduleToClose: Int64?
    var initialInterval: Int64
    var doublesInterval: Bool
    var maximumInterval: Int64
    var maximumAttempts: Int
    var cancellation: ActivityCancellationType
    /// How long after the request a cancelled attempt gives up; `nil` if it pays no heed.
    var stopsAfter: Int64?

    func attempt(_ number: Int) -> Attempt { attempts[min(number, attempts.count) - 1] }
  }

  /// A signal or an update from outside.
  struct Message: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
      case signal
      /// A signal whose handler fails, and with it the run.
      case poison
      /// An update that its validator refuses once so many messages of its channel are handled.
      case update(limit: Int)
    }

    var time: Int64
    var channel: Int
    /// An activity that its handler runs before the message counts. An error of it is swallowed by a signal's handler
    /// and is the outcome of an update; the message then does not count.
    var activity: Int?
    var kind: Kind
  }

  /// How a child is called.
  struct Child: Hashable, Sendable {
    var program: Program
    var cancellation: ChildWorkflowCancellationType
    var closePolicy: ParentClosePolicy
  }

  /// How failed runs are repeated.
  struct Retry: Hashable, Sendable {
    var maximumAttempts: Int
    var delay: Int64
  }

  var root: Step
  var continuations: [Step] = []
  var activities: [Activity] = []
  var children: [Child] = []
  var messages: [Message] = []
  var cancellation: Int64?
  var termination: Int64?
  var runTimeout: Int64?
  var retry: Retry?

  static let channels = 2

  /// The id of the workflow of a child of a run.
  static func childID(_ number: Int, of parent: String, root: Int, attempt: Int) -> String {
    "\(parent)/\(number)-\(root)-\(attempt)"
  }
}

/// How the runs of a program ended: what a model predicts and a driver observes.
struct ProgramOutcome: Hashable, Sendable, CustomStringConvertible {
  enum Status: String, Sendable { case completed, failed, canceled, terminated, timedOut, open }

  /// How the last run of a workflow ended.
  struct Run: Hashable, Sendable, CustomStringConvertible {
    var status: Status
    /// The result or the kind of the error.
    var detail = ""
    /// When the run closed; 0 while it is open.
    var time: Int64 = 0

    var description: String { "\(status) \(detail) at \(time)" }
  }

  /// By workflow id.
  var runs: [String: Run] = [:]
  /// What became of each update, by the number of its message.
  var updates: [Int: String] = [:]

  var description: String {
    let runs = runs.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    let updates = updates.sorted { $0.key < $1.key }.map { "update \($0.key): \($0.value)" }
    return (runs + updates).joined(separator: ", ")
  }
}

/// The programs whose runs are under way, by number: workflows find theirs here, because an input of this size would
/// cost more than the run.
final class ProgramTable: Sendable {
  /// One program under way.
  final class Entry: Sendable {
    let number: Int
    let program: Program
    private let countsDraws: Bool
    /// How often each value of a side effect was drawn.
    private let draws = Mutex<[String: Int]>([:])

    init(number: Int, program: Program, countsDraws: Bool) {
      self.number = number
      self.program = program
      self.countsDraws = countsDraws
    }

    /// Another value every time that a run asks for it, if anybody counts.
    func draw(_ value: Int, runID: String) -> Int {
      guard countsDraws else { return value }
      let key = "\(runID) \(value)"
      return draws.withLock { draws in
        defer { draws[key, default: 0] += 1 }
        return value + 1000 * draws[key, default: 0]
      }
    }
  }

  static let shared = ProgramTable()
  private let entries = Mutex<[Int: Entry]>([:])

  func insert(_ program: Program, as number: Int, countsDraws: Bool) {
    entries.withLock { $0[number] = Entry(number: number, program: program, countsDraws: countsDraws) }
  }

  func remove(_ number: Int) { entries.withLock { _ = $0.removeValue(forKey: number) } }

  func entry(_ number: Int) -> Entry? { entries.withLock { $0[number] } }
}

/// What a run of a program gets as its input: which program, which child of it, which root of that.
struct ProgramInput: Hashable, Sendable {
  var number: Int
  var path: [Int] = []
  /// 0 for ``Program/root``, or one more than the index in ``Program/continuations``.
  var root = 0

  /// Numbers, separated by commas: program, root, path.
  var text: String { ([number, root] + path).map(String.init).joined(separator: ",") }

  init(number: Int, path: [Int] = [], root: Int = 0) {
    self.number = number
    self.path = path
    self.root = root
  }

  init?(_ text: String) {
    let numbers = text.split(separator: ",").compactMap { Int($0) }
    guard numbers.count >= 2 else { return nil }
    self.init(number: numbers[0], path: Array(numbers[2...]), root: numbers[1])
  }
}

extension Program {
  /// A child, a child of a child and so on.
  func descendant(_ path: [Int]) -> Program {
    path.reduce(self) { program, index in program.children[index].program }
  }

  /// What a run does.
  func root(_ number: Int) -> Step { number == 0 ? root : continuations[number - 1] }
}
