package io.meltemi.cli;

import io.meltemi.base.log.ConsoleLog;
import io.meltemi.cli.demo.Install;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// The `meltemi` command: what people type. Exit codes: 0 done, 1 it did not work, 2 the command
/// line is wrong; 3 of `explain`: the mesh would answer.
@Command(
        name = "meltemi",
        description = "A service mesh that takes Istio's YAML and needs no cluster.",
        mixinStandardHelpOptions = true,
        version = "meltemi 0.1.0",
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            GatewayCommand.class,
            GrpcAgentCommand.class,
            ControlPlaneCommand.class,
            ApplyCommand.class,
            DeleteCommand.class,
            GetCommand.class,
            DescribeCommand.class,
            ProxyStatusCommand.class,
            ProxyConfigCommand.class,
            AuthorityCommand.class,
            ProxyCliCommand.class,
            ValidateCommand.class,
            AnalyzeCommand.class,
            TranslateCommand.class,
            ExplainCommand.class,
            TrainCommand.class
        })
public final class MeshCli {
    private final Home home;

    private MeshCli(Home home) {
        this.home = home;
    }

    public static void main(String[] args) {
        ConsoleLog.configure();
        System.exit(run(Home.of(System.getenv()), args));
    }

    static int run(Home home, String... args) {
        return commandLine(home).execute(args);
    }

    /// The command with its subcommands; it prints where it is told to.
    static CommandLine commandLine(Home home) {
        IExecutionExceptionHandler inWords =
                (e, commandLine, _) -> {
                    commandLine.getErr().println("meltemi: " + message(e));
                    return 1;
                };
        IParameterExceptionHandler inOneLine =
                (e, _) -> {
                    CommandLine wrong = e.getCommandLine();
                    String name = wrong.getCommandSpec().qualifiedName();
                    wrong.getErr().println("meltemi: " + e.getMessage());
                    wrong.getErr().println("see: " + name + " --help");
                    return CommandLine.ExitCode.USAGE;
                };
        return new CommandLine(new MeshCli(home))
                .setParameterExceptionHandler(inOneLine)
                .setExecutionExceptionHandler(inWords)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /// What is said of a wrong command line.
    static ParameterException invalid(@Nullable CommandSpec spec, String message) {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec");
        }
        return new ParameterException(spec.commandLine(), message);
    }

    static Home home(@Nullable MeshCli parent) {
        if (parent == null) {
            throw new IllegalStateException("picocli sets the parent command");
        }
        return parent.home;
    }

    /// Where this Meltemi is installed; its launcher says so.
    static Install install() throws IOException {
        String root = System.getenv("MELTEMI_INSTALL");
        if (root == null) {
            throw new IOException("MELTEMI_INSTALL is not set: start me by ./meltemi");
        }
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new Install(Path.of(root), java);
    }

    /// When the user's command began, or its build ended.
    static long invokedEpochMillis() {
        String invoked = System.getenv("MELTEMI_INVOKED");
        return invoked == null ? System.currentTimeMillis() : Long.parseLong(invoked);
    }

    /// What went wrong in the environment is told in words; a bug with its trace.
    private static String message(Exception e) {
        if (e instanceof FileSystemException file) {
            return FileFailure.words(file);
        }
        if (e instanceof IOException || e instanceof IllegalArgumentException) {
            return String.valueOf(e.getMessage());
        }
        java.io.StringWriter trace = new java.io.StringWriter();
        e.printStackTrace(new java.io.PrintWriter(trace));
        return "this is a bug: " + trace;
    }
}
