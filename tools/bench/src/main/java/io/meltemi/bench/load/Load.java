package io.meltemi.bench.load;

import java.io.IOException;

/// Requests of one kind. Thread-safe: immutable.
public interface Load {
    /// The program that makes it, which must be installed.
    String program();

    /// As many requests as the proxy takes. Blocks.
    ///
    /// @param port of the proxy, on loopback
    /// @throws IOException when the program fails or says what is not understood
    Report run(int port, int seconds) throws IOException;
}
