/// Tests.
@NullMarked
package io.meltemi.registry.service;

import org.jspecify.annotations.NullMarked;
