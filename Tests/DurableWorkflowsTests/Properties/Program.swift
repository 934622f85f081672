internal import DurableWorkflows

/// A workflow as a value, with everything that happens to it from outside: what the property tests draw at random.
///
/// All times are in nanoseconds, and those of what happens from outside count from the start of the run.
struct Program: Codable, Hashable, Sendable {
  /// What `run` does.
  indirect enum Step: Codable, Hashable, Sendable {
    case value(Int)
    case fail(Int)
    case sleep(Int64)
    /// Runs the activity of this number in ``Program/activities``.
    case activity(Int)
    /// Waits until so many signals of a channel are handled.
    case signals(channel: Int, count: Int, timeout: Int64?)
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
  }

  /// How an activity behaves and how it is called.
  struct Activity: Codable, Hashable, Sendable {
    /// One attempt; the last one is repeated.
    struct Attempt: Codable, Hashable, Sendable {
      enum Ending: Codable, Hashable, Sendable {
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
    /// ``ActivityCancellationType``.
    var cancellation: Int
    /// How long after the request a cancelled attempt gives up; `nil` if it pays no heed.
    var stopsAfter: Int64?

    func attempt(_ number: Int) -> Attempt { attempts[min(number, attempts.count) - 1] }
  }

  /// A signal from outside.
  struct Signal: Codable, Hashable, Sendable {
    var time: Int64
    var channel: Int
    /// An activity that its handler runs before the signal counts; an error of it is swallowed, and then it does not.
    var activity: Int?
    /// Whether the handler fails, and with it the run.
    var isPoison: Bool
  }

  var root: Step
  var activities: [Activity] = []
  var signals: [Signal] = []
  var cancellation: Int64?
  var termination: Int64?
  var runTimeout: Int64?

  static let channels = 2

  /// The program of the runs that are driven in the present task.
  @TaskLocal static var current: Program?
}

/// How a program's run ended: what a model predicts and a driver observes.
struct ProgramOutcome: Hashable, Sendable, CustomStringConvertible {
  enum Status: String, Sendable { case completed, failed, canceled, terminated, timedOut, open }
  var status: Status
  /// The result or the kind of the error.
  var detail: String
  /// When the run closed.
  var time: Int64

  var description: String { "\(status) \(detail) after \(time) ns" }
}
