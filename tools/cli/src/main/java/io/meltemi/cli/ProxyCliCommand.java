package io.meltemi.cli;

import io.meltemi.proxy.ProxyCommand;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `meltemi proxy`: the data plane on an Envoy bootstrap file.
@Command(
        name = "proxy",
        description = "The data plane on an Envoy bootstrap file.",
        mixinStandardHelpOptions = true)
final class ProxyCliCommand implements Callable<Integer> {
    @Option(
            names = {"-c", "--config-path"},
            required = true,
            paramLabel = "FILE",
            description = "Envoy bootstrap: YAML or JSON.")
    private Path config = Path.of("");

    @Option(
            names = "--mode",
            paramLabel = "serve|validate",
            defaultValue = "serve",
            description = "Serve, or check the file and end (default: ${DEFAULT-VALUE}).")
    private String mode = "serve";

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "0",
            description = "Event loops; 0 for one per processor (default: ${DEFAULT-VALUE}).")
    private int concurrency;

    @Option(
            names = "--transport",
            paramLabel = "auto|io_uring|epoll|nio",
            defaultValue = "auto",
            description =
                    "What moves the bytes (default: ${DEFAULT-VALUE}, epoll on Linux). io_uring is"
                            + " for trials: it sometimes misses that a peer has reset.")
    private String transport = "auto";

    @Override
    public Integer call() {
        return ProxyCommand.run(config, mode, concurrency, transport);
    }
}
