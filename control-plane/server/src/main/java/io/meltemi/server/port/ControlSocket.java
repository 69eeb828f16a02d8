package io.meltemi.server.port;

import io.grpc.BindableService;
import io.meltemi.xds.server.XdsServerPort;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// The Unix socket on which the owner of a mesh asks and orders: who can open it, may. Thread-safe.
public final class ControlSocket implements AutoCloseable {
    private final XdsServerPort port;
    private final Path file;

    private ControlSocket(XdsServerPort port, Path file) {
        this.port = port;
        this.file = file;
    }

    /// Listens; a stale file of a dead process is replaced. The folder should be its owner's only:
    /// the socket's own permission is set a moment after it exists.
    public static ControlSocket open(Path file, EventLoops loops, List<BindableService> services)
            throws IOException {
        Files.deleteIfExists(file);
        XdsServerPort port =
                XdsServerPort.plainText(
                        new DomainSocketAddress(file.toString()), loops.unix(), services);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return new ControlSocket(port, file);
    }

    @Override
    public void close() {
        port.close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // The next start replaces it.
        }
    }
}
