package io.meltemi.proxy;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.meltemi.proxy.config.BootstrapReader;
import io.meltemi.proxy.config.check.ConfigProblem;
import io.meltemi.proxy.config.check.ConfigRefusedException;
import io.meltemi.proxy.transport.Transport;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/// Runs a proxy on an Envoy bootstrap file: `meltemi proxy -c FILE`.
public final class ProxyCommand {
    private static final int OK = 0;
    private static final int WRONG = 1;
    private static final int USAGE = 2;

    private final PrintStream out;
    private final PrintStream err;

    public ProxyCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /// Runs until the proxy is told to quit or the process is.
    ///
    /// @param mode `serve`, or `validate` to check the configuration and end
    /// @param concurrency event loops; 0 for one for each processor
    /// @param transport `auto`, `io_uring`, `epoll` or `nio`
    /// @return 0 when all went well, 1 for a configuration or an environment that is wrong, 2 for a
    ///   wrong argument
    public static int run(Path config, String mode, int concurrency, String transport) {
        return new ProxyCommand(System.out, System.err)
                .execute(config, mode, concurrency, transport);
    }

    /// The same, with the streams of this command.
    public int execute(Path config, String mode, int concurrency, String transport) {
        boolean validate = mode.equals("validate");
        if (!validate && !mode.equals("serve")) {
            err.println("proxy: --mode is '" + mode + "': use serve or validate");
            return USAGE;
        }
        if (concurrency < 0) {
            err.println("proxy: --concurrency is " + concurrency + ": use 1 or more");
            return USAGE;
        }
        Transport chosen;
        try {
            chosen = Transport.choose(transport);
        } catch (IllegalArgumentException e) {
            err.println("proxy: --transport " + e.getMessage());
            return USAGE;
        }
        int workers = concurrency == 0 ? Runtime.getRuntime().availableProcessors() : concurrency;
        try {
            Bootstrap bootstrap = new BootstrapReader().read(config);
            if (validate) {
                Proxy.validate(bootstrap);
                out.println("configuration '" + config + "' OK");
                return OK;
            }
            return serve(bootstrap, workers, chosen);
        } catch (NoSuchFileException e) {
            err.println("proxy: " + e.getMessage() + " does not exist");
        } catch (ConfigRefusedException e) {
            err.println("proxy: " + config + " is refused:");
            for (ConfigProblem problem : e.problems()) {
                err.println("  " + problem);
            }
        } catch (IOException e) {
            err.println("proxy: " + e.getMessage());
        }
        return WRONG;
    }

    private int serve(Bootstrap bootstrap, int workers, Transport transport)
            throws IOException, ConfigRefusedException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(workers, transport.handlers());
        CountDownLatch quit = new CountDownLatch(1);
        Thread hook = new Thread(quit::countDown, "proxy-shutdown");
        try (Proxy proxy =
                Proxy.start(bootstrap, ProxyEnvironment.of(loops, workers), quit::countDown)) {
            Runtime.getRuntime().addShutdownHook(hook);
            proxy.listenerAddresses()
                    .forEach((name, address) -> out.println(name + " listens on " + address));
            if (!proxy.adminAddress().isEmpty()) {
                out.println("admin listens on " + proxy.adminAddress());
            }
            quit.await();
            return OK;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return WRONG;
        } finally {
            var _ = loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
        }
    }
}
