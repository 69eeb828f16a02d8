package io.meltemi.cli;

import io.meltemi.cli.demo.ControlClient;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which running control plane is asked.
final class ControlPlaneOption {
    @Option(
            names = "--control-socket",
            paramLabel = "FILE",
            description = "Of the control plane (default: the one in MELTEMI_HOME).")
    private @Nullable Path controlSocket;

    /// What a command wants to know.
    @FunctionalInterface
    interface Question<T> {
        T ask(ControlClient client) throws IOException;
    }

    /// @throws IOException that says what to start when there is none
    <T> T ask(Home home, Question<T> question) throws IOException {
        Path socket = controlSocket == null ? home.controlPlaneSocket() : controlSocket;
        if (!Files.exists(socket)) {
            throw new IOException(
                    "no control plane listens on "
                            + socket
                            + ": start one with `meltemi demo` or `meltemi control-plane`");
        }
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try (ControlClient client = new ControlClient(socket, loop)) {
            return question.ask(client);
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
        }
    }
}
