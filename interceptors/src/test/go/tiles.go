// A second opinion on a log, by golang.org/x/mod/sumdb (the code of Go's own checksum database): from the addresses
// under /log/ alone it re-derives the root, proves every leaf, and proves each old checkpoint to be a beginning of the
// new one. Only the fetching is ours.
//
// usage: tiles URL KEY < old checkpoints, a line each: SIZE BASE64ROOT
// prints: "tree SIZE ROOT", then "inclusion INDEX HASH…" for each leaf, "consistency SIZE HASH…" for each old checkpoint
// and "forks SIZE" for one whose root is not a beginning of the log. What does not hold ends it with exit code 1.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	if len(os.Args) != 3 {
		fail("usage: tiles URL KEY")
	}
	log := site(os.Args[1])
	tree := log.checkpoint(os.Args[2])
	fmt.Println("tree", tree.N, tree.Hash)

	// every hash read through here is checked against the root first
	hashes := tlog.TileHashReader(tree, log)
	check(rederive(log, tree))
	for n := int64(0); n < tree.N; n++ {
		leaf := must(hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, n)}))[0]
		proof := must(tlog.ProveRecord(tree.N, n, hashes))
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaf))
		fmt.Println("inclusion", n, join(proof))
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		old := parse(strings.Fields(lines.Text()))
		proof := must(tlog.ProveTree(tree.N, old.N, hashes))
		if tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash) != nil {
			fmt.Println("forks", old.N)
			continue
		}
		fmt.Println("consistency", old.N, join(proof))
	}
	check(lines.Err())
}

// rederive computes the root from the entries alone.
func rederive(log site, tree tlog.Tree) error {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			found[i] = stored[index]
		}
		return found, nil
	})
	for n := int64(0); n < tree.N; {
		for _, entry := range log.entries(n/256, tree.N) {
			stored = append(stored, must(tlog.StoredHashes(n, entry, reader))...)
			n++
		}
	}
	root := must(tlog.TreeHash(tree.N, reader))
	if root != tree.Hash {
		return fmt.Errorf("entries give root %v, the checkpoint says %v", root, tree.Hash)
	}
	return nil
}

// site is the address of a log, ending in a slash.
type site string

func (s site) get(path string) []byte {
	answer := must(http.Get(string(s) + path))
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		fail(path + ": " + answer.Status)
	}
	return must(io.ReadAll(io.LimitReader(answer.Body, 32<<20)))
}

func (s site) checkpoint(key string) tlog.Tree {
	verifier := must(note.NewVerifier(key))
	opened := must(note.Open(s.get("checkpoint"), note.VerifierList(verifier)))
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 3 || lines[0] != verifier.Name() {
		fail("this is no checkpoint of " + verifier.Name())
	}
	return parse(lines[1:3])
}

// entries of one bundle, each behind its length in two bytes.
func (s site) entries(bundle int64, size int64) [][]byte {
	width := size - bundle*256
	if width > 256 {
		width = 256
	}
	path := s.path(tlog.Tile{H: height, L: 0, N: bundle, W: int(width)})
	packed := s.get(strings.Replace(path, "tile/0/", "tile/entries/", 1))
	var entries [][]byte
	for len(packed) > 0 {
		end := 2 + int(binary.BigEndian.Uint16(packed))
		entries = append(entries, packed[2:end])
		packed = packed[end:]
	}
	return entries
}

// path is where C2SP tlog-tiles has the tile: as Go's own, without the height.
func (s site) path(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/"+strconv.Itoa(height)+"/", "tile/", 1)
}

func (s site) Height() int { return height }

func (s site) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		data = append(data, s.get(s.path(tile)))
	}
	return data, nil
}

func (s site) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func parse(fields []string) tlog.Tree {
	size := must(strconv.ParseInt(fields[0], 10, 64))
	root := must(base64.StdEncoding.DecodeString(fields[1]))
	if len(root) != tlog.HashSize {
		fail("a root has 32 bytes")
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree
}

func join(hashes []tlog.Hash) string {
	var text []string
	for _, hash := range hashes {
		text = append(text, hash.String())
	}
	return strings.Join(text, " ")
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, "tiles:", why)
	os.Exit(1)
}
