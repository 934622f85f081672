internal import Dispatch
internal import ExampleSupport
internal import Foundation
internal import PixClaims

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Whether somebody listens at the address of the bridge.
enum BridgeProbe {
  /// Connects and disconnects.
  ///
  /// - Returns: why it did not work, or `nil`.
  static func problem(with address: HostAndPort, timeout: Duration) async -> String? {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(returning: connect(address, milliseconds: Int32(timeout / .milliseconds(1))))
      }
    }
  }

  private static func connect(_ address: HostAndPort, milliseconds: Int32) -> String? {
    var hints = addrinfo()
    #if canImport(Glibc)
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(address.host, String(address.port), &hints, &list)
    guard code == 0, let first = list else { return String(cString: gai_strerror(code)) }
    defer { freeaddrinfo(list) }
    var problem: String?
    for candidate in sequence(first: first, next: { $0.pointee.ai_next }) {
      problem = connect(candidate.pointee, milliseconds: milliseconds)
      if problem == nil { return nil }
    }
    return problem
  }

  private static func connect(_ candidate: addrinfo, milliseconds: Int32) -> String? {
    let descriptor = socket(candidate.ai_family, candidate.ai_socktype, candidate.ai_protocol)
    if descriptor < 0 { return String(cString: strerror(errno)) }
    defer { close(descriptor) }
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    #if canImport(Glibc)
      let result = Glibc.connect(descriptor, candidate.ai_addr, candidate.ai_addrlen)
    #elseif canImport(Musl)
      let result = Musl.connect(descriptor, candidate.ai_addr, candidate.ai_addrlen)
    #else
      let result = Darwin.connect(descriptor, candidate.ai_addr, candidate.ai_addrlen)
    #endif
    if result == 0 { return nil }
    if errno != EINPROGRESS { return String(cString: strerror(errno)) }
    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    if poll(&waiting, 1, milliseconds) <= 0 { return "no answer" }
    var error: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
    return error == 0 ? nil : String(cString: strerror(error))
  }
}
