package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TilesTest {
  @Test
  @DisplayName("TILE-1 paths group the index by three digits and name partial widths")
  void spellsPaths() {
    assertThat(new TileId(0, 1234067, 256).path()).isEqualTo("tile/0/x001/x234/067");
    assertThat(new TileId(1, 0, 1).path()).isEqualTo("tile/1/000.p/1");
    assertThat(new TileId(7, 999, 255).path()).isEqualTo("tile/7/999.p/255");
    assertThat(new EntryBundleId(1000, 12).path()).isEqualTo("tile/entries/x001/000.p/12");
    assertThat(new EntryBundleId(5, 256).path()).isEqualTo("tile/entries/005");
  }

  @Test
  @DisplayName("TILE-1 a path is read in its one spelling only")
  void readsPaths() {
    Random random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      long index = random.nextLong(1L << (1 + random.nextInt(55)));
      TilePath tile = new TileId(random.nextInt(8), index, 1 + random.nextInt(256));
      TilePath entries = new EntryBundleId(index, 1 + random.nextInt(256));
      assertThat(TilePath.parse(tile.path())).contains(tile);
      assertThat(TilePath.parse(entries.path())).contains(entries);
    }
    for (String wrong :
        List.of(
            "",
            "tile/0/0",
            "tile/0/00",
            "tile/0/x000/001",
            "tile/8/000",
            "tile/-1/000",
            "tile/00/000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "/tile/0/000",
            "tile/0/000/",
            "tile/0/001/234",
            "tile/0/x001",
            "tile/entries/1",
            "tile/0/000\n",
            "tile/0/" + "x001/".repeat(7) + "000",
            "tile/0/\u0660\u0660\u0660")) {
      assertThat(TilePath.parse(wrong)).as(wrong).isEmpty();
    }
  }

  @Test
  @DisplayName("TILE-1 widths in a tree of a given size")
  void widths() {
    TreeSize size = new TreeSize(70_000);
    assertThat(Tiles.width(size, 0, 0)).isEqualTo(256);
    assertThat(Tiles.width(size, 0, 273)).isEqualTo(112);
    assertThat(Tiles.width(size, 0, 274)).isZero();
    assertThat(Tiles.width(size, 1, 0)).isEqualTo(256);
    assertThat(Tiles.width(size, 1, 1)).isEqualTo(17);
    assertThat(Tiles.width(size, 2, 0)).isEqualTo(1);
    assertThat(Tiles.width(size, 3, 0)).isZero();
    assertThat(Tiles.width(new TreeSize(Long.MAX_VALUE), 7, 0)).isEqualTo(127);
    assertThatIllegalArgumentException().isThrownBy(() -> TileId.in(size, 0, 274));
  }

  @Test
  @DisplayName("TILE-1 entry bundles are read back, and refused when cut off or too long")
  void entryBundles() {
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      entries.add("x".repeat(i * 100).getBytes(UTF_8));
    }
    byte[] bundle = Tiles.encodeEntries(entries);
    assertThat(bundle).startsWith(0, 0, 0, 100, 'x').hasSize(1010);
    assertThat(Tiles.decodeEntries(bundle, 5)).usingRecursiveComparison().isEqualTo(entries);
    for (int width : new int[] {0, 4, 6}) {
      assertThatExceptionOfType(ProofFormatException.class)
          .isThrownBy(() -> Tiles.decodeEntries(bundle, width));
    }
    for (int length : new int[] {1, 3, 1009}) {
      byte[] cut = java.util.Arrays.copyOf(bundle, length);
      assertThatExceptionOfType(ProofFormatException.class)
          .isThrownBy(() -> Tiles.decodeEntries(cut, 5));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tiles.encodeEntries(List.of(new byte[65536])));
  }

  @Test
  @DisplayName("TILE-1 a tile has 32 bytes for each hash")
  void tileLength() {
    TileId id = new TileId(0, 0, 2);
    assertThat(Tile.of(id, new byte[64]).hash(1)).isEqualTo(Digest.of(new byte[32]));
    for (int length : new int[] {0, 32, 63, 65, 8192}) {
      assertThatExceptionOfType(ProofFormatException.class)
          .isThrownBy(() -> Tile.of(id, new byte[length]))
          .withMessageContaining("tile/0/000.p/2: want 64 bytes");
    }
  }
}
