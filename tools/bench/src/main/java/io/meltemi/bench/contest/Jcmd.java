package io.meltemi.bench.contest;

import io.meltemi.bench.load.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The JDK's `jcmd`. Thread-safe: without state.
public final class Jcmd {
    private Jcmd() {}

    /// What a JVM of this user answers.
    public static String ask(long pid, String... question) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(pid)));
        command.addAll(List.of(question));
        return Program.output(command);
    }
}
