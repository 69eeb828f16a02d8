package io.meltemi.cli;

import io.meltemi.xds.proto.control.ProxyStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `meltemi proxy-status`: who is connected, and who has what.
@Command(
        name = "proxy-status",
        aliases = "ps",
        description = {
            "Which proxies are connected, and whether each has taken what it was last sent.",
            "Exit code 1 where one has refused something, or is not connected."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nStates:%n",
        footer = {
            "  SYNCED    it has taken what it was last sent",
            "  STALE     it was sent something and has not answered yet",
            "  ERROR     it has refused something, and keeps what it had; the reason is below",
            "  NOT SENT  it has not asked for this, or there is nothing for it"
        })
final class ProxyStatusCommand implements Callable<Integer> {
    @ParentCommand private @Nullable MeshCli parent;
    @Spec private @Nullable CommandSpec spec;
    @Mixin private ControlPlaneOption controlPlane = new ControlPlaneOption();

    @Parameters(
            paramLabel = "NAME.NAMESPACE",
            arity = "0..1",
            description = "One proxy alone (default: all).")
    private @Nullable String proxy;

    @Option(
            names = "-o",
            paramLabel = "text|json|yaml",
            defaultValue = "text",
            description = "Output (default: ${DEFAULT-VALUE}).")
    private ProxyStatusText.Format format = ProxyStatusText.Format.TEXT;

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec");
        }
        List<ProxyStatus> all =
                controlPlane.ask(MeshCli.home(parent), client -> client.status().getProxiesList());
        ProxyStatusText text = ProxyStatusText.of(all, Optional.ofNullable(proxy));
        if (proxy != null && text.isEmpty()) {
            throw new IOException(
                    "no proxy '"
                            + proxy
                            + "' is connected; there are "
                            + ProxyStatusText.names(all));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(text.print(format));
        out.flush();
        return text.hasRefusals() ? 1 : 0;
    }
}
