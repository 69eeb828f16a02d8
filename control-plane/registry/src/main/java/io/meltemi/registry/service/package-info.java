/// What the registry answers over gRPC.
@NullMarked
package io.meltemi.registry.service;

import org.jspecify.annotations.NullMarked;
