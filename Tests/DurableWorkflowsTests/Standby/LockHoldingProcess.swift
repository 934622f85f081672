internal import Testing

#if os(Linux)
  #if canImport(Glibc)
    internal import Glibc
  #else
    internal import Musl
  #endif

  /// A process of its own that holds a journal's lock, and does nothing else but give signs of life.
  ///
  /// It is a fork of this one that calls nothing but the kernel. Exit tests will not do: each keeps a thread of Swift's
  /// pool from the test that is to end it.
  struct LockHoldingProcess {
    let id: Int32

    /// Starts it; when this returns, it has the lock.
    init(journal directory: String, givesSigns: Bool) throws {
      let symbol = try #require(dlsym(nil, "fork"))
      let fork = unsafeBitCast(symbol, to: (@convention(c) () -> Int32).self)
      let path = Array((directory + "/LOCK").utf8CString)
      var ready: [Int32] = [0, 0]
      let status = pipe(&ready)
      try #require(status == 0)
      let (reading, writing) = (ready[0], ready[1])
      var text = [UInt8](repeating: 0x30, count: 32)
      let parent = getpid()
      let id = fork()
      if id == 0 { LockHoldingProcess.hold(path, givesSigns, writing, &text, for: parent) }
      try #require(id > 0)
      self.id = id
      close(writing)
      var byte: UInt8 = 0
      let count = read(reading, &byte, 1)
      close(reading)
      try #require(count == 1, "the process did not get the lock")
    }

    private static func hold(
      _ path: [CChar], _ givesSigns: Bool, _ ready: Int32, _ text: inout [UInt8], for parent: Int32
    ) -> Never {
      // Other tests' files are open here too, and with them their locks.
      for inherited in 3..<4096 as Range<Int32> where inherited != ready { close(inherited) }
      let descriptor = open(path, O_RDWR)
      var request = flock()
      request.l_type = Int16(F_WRLCK)
      request.l_whence = Int16(SEEK_SET)
      // F_OFD_SETLK
      guard descriptor >= 0, fcntl(descriptor, 37, &request) == 0 else { _exit(1) }
      var digits = 0
      var rest = getpid()
      while rest > 0 {
        digits += 1
        rest /= 10
      }
      rest = getpid()
      for index in 0..<digits {
        text[digits - 1 - index] = 0x30 + UInt8(rest % 10)
        rest /= 10
      }
      text[digits] = 10
      ftruncate(descriptor, 0)
      let length = digits + 1 + (givesSigns ? 21 : 0)
      text[digits + 21] = 10
      pwrite(descriptor, text, length, 0)
      write(ready, text, 1)
      var number = 0
      while true {
        usleep(50_000)
        // A test that failed has not ended it.
        if getppid() != parent { _exit(0) }
        if !givesSigns { continue }
        number += 1
        var left = number
        for index in 0..<9 {
          text[digits + 20 - index] = 0x30 + UInt8(left % 10)
          left /= 10
        }
        pwrite(descriptor, text, length, 0)
      }
    }

    /// Sends it a signal.
    func signal(_ number: Int32) { kill(id, number) }

    /// Waits for its end; the number of the signal that ended it.
    func wait() -> Int32 {
      var status: Int32 = 0
      while waitpid(id, &status, 0) < 0, errno == EINTR {}
      return status & 0x7F
    }
  }
#endif
