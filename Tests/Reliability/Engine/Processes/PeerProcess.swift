#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A child of this process, which runs this executable with other arguments, and a socket between the two.
///
/// The child finds its end of the socket at ``inheritedDescriptor``; it reads an end of file there when its parent is
/// gone.
final class PeerProcess {
  /// Where the child finds its end of the socket.
  static let inheritedDescriptor: Int32 = 3

  let id: pid_t
  /// The parent's end.
  let socket: Int32
  private var end: ProcessEnd?

  private init(id: pid_t, socket: Int32) {
    self.id = id
    self.socket = socket
  }

  /// Starts this executable, or another one, with arguments and additions to the environment.
  ///
  /// - Throws: ``ProcessError`` when the system has no socket or process to give.
  static func start(
    _ arguments: [String], executable: String = PeerProcess.executable, environment: [String: String] = [:]
  ) throws -> PeerProcess {
    let (ours, theirs) = try StreamSocket.pair()
    defer { _ = close(theirs) }
    do {
      let id = try spawn(executable, arguments, environment, inheriting: theirs)
      return PeerProcess(id: id, socket: ours)
    } catch {
      _ = close(ours)
      throw error
    }
  }

  private static func spawn(
    _ executable: String, _ arguments: [String], _ environment: [String: String], inheriting descriptor: Int32
  ) throws -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, descriptor, inheritedDescriptor)
    var argv: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = environmentStrings(adding: environment).map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var id = pid_t()
    let status = posix_spawn(&id, executable, &actions, nil, &argv, &envp)
    guard status == 0 else { throw ProcessError("starting \(executable)", errno: status) }
    return id
  }

  private static func environmentStrings(adding additions: [String: String]) -> [String] {
    var strings: [String] = []
    var entry = environ
    while let pointer = entry.pointee {
      let text = String(cString: pointer)
      let name = text.prefix { $0 != "=" }
      if additions[String(name)] == nil { strings.append(text) }
      entry += 1
    }
    return strings + additions.map { "\($0.key)=\($0.value)" }
  }

  /// Kills the process with SIGKILL, which nothing can catch.
  func kill() {
    if end == nil { _ = signal(id, SIGKILL) }
  }

  /// Waits for the end of the process.
  @discardableResult
  func wait() -> ProcessEnd {
    if let end { return end }
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    let result = ProcessEnd(status: status)
    end = result
    _ = close(socket)
    return result
  }

  /// The path of this executable.
  static var executable: String {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    guard count > 0 else { return CommandLine.arguments[0] }
    return String(decoding: path.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// How a process ended.
enum ProcessEnd: Hashable, CustomStringConvertible {
  case exited(Int32)
  case signaled(Int32)

  init(status: Int32) {
    let signal = status & 0x7F
    self = signal == 0 ? .exited((status >> 8) & 0xFF) : .signaled(signal)
  }

  var description: String {
    switch self {
    case .exited(let code): "exited with code \(code)"
    case .signaled(let signal): "was killed by signal \(signal)"
    }
  }
}

/// The system refused something that concerns processes or sockets.
struct ProcessError: Error, CustomStringConvertible {
  var action: String
  var code: Int32

  init(_ action: String, errno code: Int32 = errno) {
    self.action = action
    self.code = code
  }

  var description: String { "\(action) failed: \(String(cString: strerror(code))) (errno \(code))" }
}

/// Sends a signal to a process. The C function has the name of a method here.
private func signal(_ id: pid_t, _ number: Int32) -> Int32 { kill(id, number) }

/// Ends this process as a power switch would: no handler, no flush, no exit code.
func killThisProcess() -> Never {
  while true {
    _ = kill(getpid(), SIGKILL)
    pause()
  }
}
