package io.meltemi.testkit.grpc;

import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerMethodDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.xds.XdsChannelCredentials;
import io.grpc.xds.XdsServerBuilder;
import io.grpc.xds.XdsServerCredentials;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Calls and serves by grpc-java's own xDS, as any program would; orders and answers are those of
/// `src/test/go/xds-program`.
final class JavaXdsProgram {
    private final Map<String, ManagedChannel> channels = new HashMap<>();

    private JavaXdsProgram() {}

    public static void main(String[] args) throws IOException {
        JavaXdsProgram program = new JavaXdsProgram();
        BufferedReader orders =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            String answer;
            try {
                answer = program.obey(List.of(line.split(" ", -1)));
            } catch (IOException | RuntimeException e) {
                e.printStackTrace();
                answer = "error " + e.toString().replace('\n', ' ');
            }
            System.out.println(answer);
        }
    }

    private String obey(List<String> words) throws IOException {
        return switch (words.getFirst()) {
            case "serve" -> serve(words.get(1), words.get(2), words.get(3));
            case "call" -> call(words);
            case String other -> throw new IOException("unknown order " + other);
        };
    }

    private static String serve(String kind, String address, String name) throws IOException {
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        ServerBuilder<?> builder =
                kind.equals("plain")
                        ? Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create())
                        : XdsServerBuilder.forPort(
                                port,
                                XdsServerCredentials.create(InsecureServerCredentials.create()));
        Server server = builder.fallbackHandlerRegistry(new Answering(name)).build().start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        return "serving";
    }

    private String call(List<String> words) {
        String kind = words.get(1);
        String target = words.get(2);
        if (!kind.endsWith("!")) {
            return call(channels.computeIfAbsent(kind + target, _ -> dial(kind, target)), words);
        }
        ManagedChannel anew = dial(kind.substring(0, kind.length() - 1), target);
        try {
            return call(anew, words);
        } finally {
            anew.shutdownNow();
        }
    }

    private static String call(ManagedChannel channel, List<String> words) {
        Metadata headers = new Metadata();
        for (String word : words.subList(6, words.size())) {
            int at = word.indexOf('=');
            headers.put(key(word.substring(0, at)), word.substring(at + 1));
        }
        Map<String, Integer> answers = new TreeMap<>();
        long began = System.nanoTime();
        for (int i = Integer.parseInt(words.get(5)); i > 0; i--) {
            answers.merge(
                    once(channel, words.get(3), headers, Long.parseLong(words.get(4))),
                    1,
                    Integer::sum);
        }
        StringBuilder line =
                new StringBuilder(
                        Long.toString(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)));
        answers.forEach((name, times) -> line.append(' ').append(name).append('=').append(times));
        return line.toString();
    }

    private static ManagedChannel dial(String kind, String target) {
        ChannelCredentials plain = InsecureChannelCredentials.create();
        return Grpc.newChannelBuilder(
                        target, kind.equals("xds") ? XdsChannelCredentials.create(plain) : plain)
                .build();
    }

    private static String once(
            ManagedChannel channel, String path, Metadata headers, long limitMillis) {
        try {
            byte[] answer =
                    ClientCalls.blockingUnaryCall(
                            ClientInterceptors.intercept(
                                    channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                            method(path.substring(1)),
                            CallOptions.DEFAULT.withDeadlineAfter(
                                    limitMillis, TimeUnit.MILLISECONDS),
                            new byte[] {'?'});
            return new String(answer, StandardCharsets.UTF_8);
        } catch (StatusRuntimeException e) {
            System.err.println(e.getMessage());
            return "code" + e.getStatus().getCode().value();
        }
    }

    private static MethodDescriptor<byte[], byte[]> method(String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(name)
                .setRequestMarshaller(new RawBytes())
                .setResponseMarshaller(new RawBytes())
                .build();
    }

    static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /// Answers every method. Thread-safe.
    private static final class Answering extends HandlerRegistry {
        private final String name;

        Answering(String name) {
            this.name = name;
        }

        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(
                String method, @Nullable String authority) {
            return ServerMethodDefinition.create(method(method), new NamingServer(name));
        }
    }
}
