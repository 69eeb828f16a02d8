package io.meltemi.proxy.listener;

import java.util.List;

/// What a connection must be like for a filter chain (Envoy's `filter_chain_match`). Immutable. An
/// empty list means any.
///
/// @param destinationPort 0 for any
/// @param serverNames lower case; `*.` begins a suffix
/// @param transportProtocol empty for any
public record ChainMatch(
        int destinationPort,
        List<CidrRange> prefixRanges,
        List<String> serverNames,
        String transportProtocol,
        List<String> applicationProtocols,
        List<CidrRange> directSourceRanges,
        SourceType sourceType,
        List<CidrRange> sourceRanges,
        List<Integer> sourcePorts) {
    public static final ChainMatch ANY =
            new ChainMatch(
                    0,
                    List.of(),
                    List.of(),
                    "",
                    List.of(),
                    List.of(),
                    SourceType.ANY,
                    List.of(),
                    List.of());

    /// Where a connection comes from.
    public enum SourceType {
        ANY,
        SAME_IP_OR_LOOPBACK,
        EXTERNAL
    }

    public ChainMatch {
        prefixRanges = List.copyOf(prefixRanges);
        serverNames = List.copyOf(serverNames);
        applicationProtocols = List.copyOf(applicationProtocols);
        directSourceRanges = List.copyOf(directSourceRanges);
        sourceRanges = List.copyOf(sourceRanges);
        sourcePorts = List.copyOf(sourcePorts);
    }
}
