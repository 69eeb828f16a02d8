package io.meltemi.cli;

import io.meltemi.cli.demo.ControlClient;
import io.meltemi.xds.proto.control.AuthorityCertificate;
import io.meltemi.xds.proto.control.AuthorityResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Mixin private ControlPlaneOption controlPlane = new ControlPlaneOption();

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
        PrintWriter out = spec.commandLine().getOut();
        return controlPlane.ask(
                MeshCli.home(parent),
                client -> {
                    question.ask(client, out);
                    out.flush();
                    return 0;
                });
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
