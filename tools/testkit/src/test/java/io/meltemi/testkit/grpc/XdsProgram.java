package io.meltemi.testkit.grpc;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A program in a process of its own that knows of the mesh by `GRPC_XDS_BOOTSTRAP` alone. Confined
/// to its test.
final class XdsProgram implements AutoCloseable {
    private static final long ANSWER_SECONDS = 60;

    private final Process process;
    private final BufferedReader answers;
    private final Path log;

    /// In which language; the orders are the same.
    enum Language {
        GO,
        JAVA
    }

    /// What became of some calls.
    ///
    /// @param millis they took together
    /// @param counts by answer
    record Outcome(long millis, SortedMap<String, Integer> counts) {
        int of(String answer) {
            return counts.getOrDefault(answer, 0);
        }
    }

    /// @param log where it says what it has to say
    private XdsProgram(Process process, Path log) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.log = log;
    }

    static XdsProgram start(Language language, Path bootstrap, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(language));
        builder.environment().put("GRPC_XDS_BOOTSTRAP", bootstrap.toString());
        builder.redirectError(log.toFile());
        return new XdsProgram(builder.start(), log);
    }

    private static List<String> command(Language language) throws IOException {
        return switch (language) {
            case GO -> List.of(GoProgram.in("xds-program").binary().toString());
            case JAVA ->
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            JavaXdsProgram.class.getName());
        };
    }

    /// @param kind `plain` or `xds`
    void serve(String kind, int port, String name) throws IOException {
        String answer = order("serve " + kind + " 127.0.0.1:" + port + " " + name);
        if (!answer.equals("serving")) {
            throw new IOException(name + " does not serve: " + answer + "\n" + log());
        }
    }

    /// @param kind of credentials: `insecure` or `xds`; with `!` on a connection of its own
    /// @param headers as `NAME=VALUE`
    Outcome call(String kind, String target, String path, int count, String... headers)
            throws IOException {
        List<String> words = new ArrayList<>(List.of("call", kind, target, path, "10000"));
        words.add(Integer.toString(count));
        words.addAll(List.of(headers));
        String answer = order(String.join(" ", words));
        String[] parts = answer.split(" ", -1);
        if (parts[0].equals("error")) {
            throw new IOException(answer + "\n" + log());
        }
        SortedMap<String, Integer> counts = new TreeMap<>();
        for (int i = 1; i < parts.length; i++) {
            int at = parts[i].lastIndexOf('=');
            counts.put(parts[i].substring(0, at), Integer.parseInt(parts[i].substring(at + 1)));
        }
        return new Outcome(Long.parseLong(parts[0]), counts);
    }

    private String order(String line) throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).append(line).append('\n').flush();
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        String said = answers.readLine();
                        answer.complete(said == null ? "error it ended" : said);
                    } catch (IOException e) {
                        answer.completeExceptionally(e);
                    }
                });
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("no answer to '" + line + "': " + e + "\n" + log(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// What it said.
    String log() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
