package io.meltemi.cli;

import io.meltemi.cli.demo.ControlClient;
import io.meltemi.xds.proto.control.AuthorityCertificate;
import io.meltemi.xds.proto.control.AuthorityResponse;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `meltemi ca`: the authority of the running mesh.
@Command(
        name = "ca",
        description = "Show the running mesh's certificate authority, or replace its root.",
        mixinStandardHelpOptions = true)
final class AuthorityCommand {
    @ParentCommand private @Nullable MeshCli parent;
    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--control-socket",
            paramLabel = "FILE",
            description = "Of the control plane (default: the one in MELTEMI_HOME).")
    private @Nullable Path controlSocket;

    private interface Question {
        void ask(ControlClient client, PrintWriter out) throws IOException;
    }

    @Command(
            name = "show",
            description = "Who signs certificates, whose are believed, and until when.",
            mixinStandardHelpOptions = true)
    int show() throws IOException {
        return ask((client, out) -> print(client.authority(), out));
    }

    @Command(
            name = "rotate",
            description = {
                "Make a new root. It is believed at once, signs after one overlap, and the old one"
                        + " is forgotten after another: no connection fails."
            },
            mixinStandardHelpOptions = true)
    int rotate() throws IOException {
        return ask((client, out) -> out.println(client.rotateRoot()));
    }

    private int ask(Question question) throws IOException {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec");
        }
        Path socket =
                controlSocket == null ? MeshCli.home(parent).controlPlaneSocket() : controlSocket;
        if (!Files.exists(socket)) {
            throw new IOException(
                    "no control plane listens on "
                            + socket
                            + ": start one with `meltemi demo` or `meltemi control-plane`");
        }
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try (ControlClient client = new ControlClient(socket, loop)) {
            PrintWriter out = spec.commandLine().getOut();
            question.ask(client, out);
            out.flush();
            return 0;
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
        }
    }

    private static void print(AuthorityResponse authority, PrintWriter out) {
        row(out, "", "FINGERPRINT", "VALID UNTIL", "SUBJECT");
        row(out, "signs", authority.getSigner());
        authority.getRootsList().forEach(root -> row(out, "believed", root));
    }

    private static void row(PrintWriter out, String role, AuthorityCertificate certificate) {
        row(
                out,
                role,
                certificate.getFingerprint().substring(0, 16),
                Instant.ofEpochSecond(certificate.getValidUntilEpochSeconds()).toString(),
                certificate.getSubject());
    }

    private static void row(
            PrintWriter out, String role, String fingerprint, String until, String subject) {
        out.printf("%-9s %-16s  %-20s  %s%n", role, fingerprint, until, subject);
    }
}
